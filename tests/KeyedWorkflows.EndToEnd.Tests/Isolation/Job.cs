namespace KeyedWorkflows.EndToEnd.Tests.Isolation;

/// <summary>The input of one run. Its mark stands in every request that the run makes, so that the server knows whose run it is.</summary>
public sealed record Job
{
    public required string Mark { get; init; }

    /// <summary>The tenant that the run must serve, for the tool to compare.</summary>
    public required string Client { get; init; }

    /// <summary>Whether the workflow's own method chooses the payer.</summary>
    public bool IsChosen { get; init; }

    [ApiKey]
    public Secret? Key { get; init; }

    [ProfileName]
    public string? Profile { get; init; }
}
