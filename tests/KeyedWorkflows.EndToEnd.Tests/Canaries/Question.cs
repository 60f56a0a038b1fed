namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

public sealed record Question(string Text)
{
    [ApiKey]
    public Secret? Key { get; init; }

    [ProfileName]
    public string? Profile { get; init; }
}
