namespace KeyedWorkflows.Storage;

/// <summary>All of an administrator that is protected: what it may do, and what its token is found by.</summary>
internal sealed record ProtectedAdministrator(Administrator Administrator, TokenHash Hash)
{
    /// <summary>Shows no hash.</summary>
    public override string ToString() => Administrator.ToString();
}
