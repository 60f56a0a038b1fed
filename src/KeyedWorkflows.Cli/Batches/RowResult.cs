using System.Text.Json;
using System.Text.Json.Nodes;

namespace KeyedWorkflows.Cli.Batches;

/// <summary>How a row's run ended.</summary>
internal sealed record RowResult
{
    /// <summary>From 1, without the line of names.</summary>
    public required int Row { get; init; }

    /// <summary>Which try of the row it was, from 1.</summary>
    public required int Attempt { get; init; }

    public string? Run { get; init; }

    /// <summary>succeeded, partial-succeeded, failed, stopped; refused: then there was no run; or unknown: then there may have been one, of which the host says nothing any more.</summary>
    public required string Status { get; init; }

    public JsonObject? Outputs { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }

    /// <summary>Outputs as they were answered. What cannot be written again, as half of a surrogate pair cannot, is kept as the text that came: it was paid for.</summary>
    public static JsonObject OutputsOf(JsonElement answered)
    {
        try
        {
            var outputs = JsonObject.Create(answered)!;
            _ = outputs.ToJsonString();
            return outputs;
        }
        catch (InvalidOperationException)
        {
            return new JsonObject { ["outputs"] = answered.GetRawText() };
        }
    }

    public bool IsDone => Status is "succeeded" or "partial-succeeded";
}
