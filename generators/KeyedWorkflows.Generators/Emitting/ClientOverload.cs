namespace KeyedWorkflows.Generators.Emitting;

/// <summary>What a method of a client is given besides the input.</summary>
/// <param name="Credential">The parameter of the credential, or of the credentials; null where the call gives none.</param>
/// <param name="HasOptions">It takes the run's options.</param>
/// <param name="Given">What the transport is told.</param>
/// <param name="IsRecord">The credentials are those of each slot.</param>
internal sealed record ClientOverload(string? Credential, bool HasOptions, string Given, bool IsRecord = false)
{
    public string Summary => Credential is null ? " No credential is given: the workflow or the host must choose one." : "";
}
