using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>A way in which a run comes by its key.</summary>
/// <param name="Name">For what a failed test says.</param>
/// <param name="Key">The key.</param>
/// <param name="Credentials">What the call gives.</param>
/// <param name="IsInput">Whether the key comes with the input.</param>
internal sealed record Payer(string Name, Canary Key, RunCredentials Credentials, bool IsInput)
{
    public Secret? InputKey => IsInput ? Secret.From(Key.Key) : null;

    public override string ToString() => Name;
}
