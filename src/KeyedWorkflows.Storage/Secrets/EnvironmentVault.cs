namespace KeyedWorkflows.Storage;

/// <summary><c>env:NAME</c>: variables whose names begin as <see cref="SecretReferenceOptions.EnvironmentPrefix"/> says. All others of the process stay what they are: its own.</summary>
internal sealed class EnvironmentVault : ILocalVault
{
    private const int MaxName = 256;

    public string Scheme => "env";

    public string? FirstFault(string reference) =>
        reference.StartsWith(SecretReferenceOptions.EnvironmentPrefix, StringComparison.Ordinal) && reference.Length > SecretReferenceOptions.EnvironmentPrefix.Length && reference.Length <= MaxName
        && reference.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? null
            : $"it does not name a variable that begins with {SecretReferenceOptions.EnvironmentPrefix} and is made of letters, digits and '_'.";

    public Secret Read(string reference)
    {
        if (Environment.GetEnvironmentVariable(reference) is not { Length: > 0 } value)
            throw new SecretVaultException("The environment variable is not set. Set it, and start the host again.");
        return Secret.TryFrom(value, out var secret) ? secret : throw new SecretVaultException("The environment variable holds no key: a key is 1 to 4096 printable ASCII characters without spaces.");
    }

    public Task<VaultSecret> ReadAsync(string reference, CancellationToken cancellationToken) => Task.FromResult(new VaultSecret(Read(reference)));
}
