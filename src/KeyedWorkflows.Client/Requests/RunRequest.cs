namespace KeyedWorkflows.Client;

/// <summary>A request as it is sent, and sent again: the server compares the bytes of those that carry the same key.</summary>
/// <param name="Body">The JSON. It may hold keys.</param>
/// <param name="User">Whose run it is.</param>
internal sealed record RunRequest(byte[] Body, string User)
{
    public string IdempotencyKey { get; } = Guid.NewGuid().ToString("N");

    public override string ToString() => $"request of user {User}";
}
