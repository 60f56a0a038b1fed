using System.Text.Json;

namespace KeyedWorkflows.Client;

/// <summary>An event of a run as the server tells it.</summary>
/// <param name="Name">What happened, in Dify's words.</param>
/// <param name="RunId">The run.</param>
/// <param name="At">When; null where the server does not say.</param>
/// <param name="Data">The rest.</param>
internal readonly record struct RunFrame(string Name, string RunId, DateTimeOffset? At, JsonElement Data)
{
    public const string Started = "workflow_started";

    public const string Ended = "workflow_finished";

    /// <summary>Reads a frame.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static RunFrame Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 64 });
            var frame = JsonElement.ParseValue(ref reader);
            return new(
                frame.GetProperty("event"u8).GetString()!,
                frame.TryGetProperty("workflow_run_id"u8, out var run) ? run.GetString() ?? "" : "",
                frame.TryGetProperty("at"u8, out var at) && at.TryGetDateTimeOffset(out var time) ? time : null,
                frame.TryGetProperty("data"u8, out var data) ? data : default);
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException)
        {
            throw new JsonException("An event of the server is none.", error);
        }
    }
}
