using System.Text.Json.Nodes;

namespace KeyedWorkflows.Cli.Batches;

/// <summary>A row that was asked for, and of whose end nothing is known yet.</summary>
internal sealed record RowBegun
{
    /// <summary>From 1, without the line of names.</summary>
    public required int Row { get; init; }

    /// <summary>Which try of the row it is, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>When it was asked for: the host knows its idempotency key for a day from then on.</summary>
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>The ceilings that it was asked for with: it is asked for again as it was, or the host would take it for another.</summary>
    public JsonObject? Options { get; init; }

    /// <summary>The run, once the host has said it.</summary>
    public string? Run { get; init; }
}
