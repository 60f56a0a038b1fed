using KeyedWorkflows.Generators.Tests.Executor.Interpreting;

namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>What was seen of a run.</summary>
internal sealed record Outcome
{
    public string? Output { get; init; }

    /// <summary>What the run threw.</summary>
    public Exception? Failure { get; init; }

    public required IReadOnlyList<LogLine> Log { get; init; }

    /// <summary>How many calls were still going when the run had ended.</summary>
    public int CallsLeft { get; init; }

    /// <summary>By place: what the checkpoint holds in the end; null for a run without one.</summary>
    public IReadOnlyDictionary<int, KeptNode>? Kept { get; init; }

    public override string ToString() => $"""
        {(Failure is WorkflowRunException failure ? $"fails: {failure.Code} in {failure.Step}: {failure.InnerException?.Message ?? failure.Message}" : Failure is not null ? $"fails: {Failure}" : $"answers {Output}")}
          {string.Join("\n  ", Log)}
        """;
}
