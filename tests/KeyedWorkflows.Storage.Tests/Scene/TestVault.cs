namespace KeyedWorkflows.Storage.Tests;

/// <summary>A vault that answers as the test says, and counts how often it is asked.</summary>
internal sealed class TestVault(Func<CancellationToken, Task<VaultSecret>> answer) : ISecretVault
{
    private int asked;

    public TestVault(string key)
        : this(_ => Task.FromResult(new VaultSecret(Secret.From(key))))
    {
    }

    public int Asked => Volatile.Read(ref asked);

    public Func<CancellationToken, Task<VaultSecret>> Answer { get; set; } = answer;

    public string Scheme => "test";

    public string? FirstFault(string reference) => reference.StartsWith("allowed", StringComparison.Ordinal) ? null : "it is not allowed here.";

    public Task<VaultSecret> ReadAsync(string reference, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref asked);
        return Answer(cancellationToken);
    }
}
