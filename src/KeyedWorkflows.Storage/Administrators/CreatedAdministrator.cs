namespace KeyedWorkflows.Storage;

/// <summary>A token for administration at the one moment at which it can be read.</summary>
/// <param name="Administrator">What it may do.</param>
/// <param name="Value">The token: <c>adm-</c> and 43 characters. What is stored is its hash.</param>
public sealed record CreatedAdministrator(Administrator Administrator, Secret Value);
