namespace KeyedWorkflows.Storage;

/// <summary>Whose a token for administration is.</summary>
/// <param name="Administrator">The administrator. One that was altered past the store shows nothing that its columns claim, but for a name that is one.</param>
/// <param name="Refusal">Why it is not taken: a code of the audit; null where it is.</param>
internal sealed record AdministratorLookup(Administrator Administrator, string? Refusal);
