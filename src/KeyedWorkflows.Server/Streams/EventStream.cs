using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KeyedWorkflows.Server;

/// <summary>
/// Writes a run's frames as <c>text/event-stream</c>: each is <c>data: {json}</c>, with an id by which the stream can be taken up again. A stream without events says every ten seconds that it is alive.
/// </summary>
internal static class EventStream
{
    private const string MediaType = "text/event-stream";

    private const string StoreFails = "The host's store does not answer. The run does not end by that: take its events up after the last that you have.";

    private static readonly byte[] Ping = "event: ping\n\n"u8.ToArray();

    /// <summary>Which frame a caller wants next: that after the one that it had last. Null where the id is that of another run, or none.</summary>
    public static int? NextAfter(string runId, string lastEventId) =>
        lastEventId.Length > runId.Length + 1 && lastEventId.StartsWith(runId, StringComparison.Ordinal) && lastEventId[runId.Length] == '-'
            && int.TryParse(lastEventId.AsSpan(runId.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < int.MaxValue
            ? number + 1
            : null;

    /// <summary>Whether the answer is a stream of events.</summary>
    public static bool IsOne(HttpContext http) => http.Response.ContentType == MediaType;

    /// <summary>
    /// Says in a stream that is open why it ends before its run: as Dify does, beside <c>event</c> and not in <c>data</c>. It has no id of its own, so that the stream is taken up after the last event of the run.
    /// </summary>
    public static async Task WriteErrorAsync(HttpContext http, ApiError error)
    {
        var runId = http.Response.Headers.TryGetValue(RunEndpoint.RunIdHeader, out var told) ? told.ToString() : http.Request.RouteValues["run_id"] as string;
        using var text = new PooledText();
        using (var writer = new Utf8JsonWriter(text, JsonAnswer.Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("event"u8, "error"u8);
            writer.WriteString("task_id"u8, runId);
            writer.WriteString("workflow_run_id"u8, runId);
            writer.WriteNumber("status"u8, error.Status);
            writer.WriteString("code"u8, error.Code);
            writer.WriteString("message"u8, error.ErrorCode == WorkflowErrorCodes.StoreUnavailable ? StoreFails : error.Message);
            if (error.ErrorCode is not null)
                writer.WriteString("error_code"u8, error.ErrorCode);
            writer.WriteEndObject();
        }
        var output = http.Response.BodyWriter;
        output.Write("data: "u8);
        output.Write(text.Written.Span);
        output.Write("\n\n"u8);
        await output.FlushAsync(http.RequestAborted).ConfigureAwait(false);
    }

    public static async Task WriteAsync(HttpContext http, IFrameSource source, int from, TimeSpan pingInterval)
    {
        http.Response.StatusCode = 200;
        http.Response.ContentType = MediaType;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var output = http.Response.BodyWriter;
        var gone = http.RequestAborted;
        var started = false;
        while (true)
        {
            var next = source.ReadAsync(from, gone);
            var frames = next.IsCompletedSuccessfully ? next.Result : await WaitAsync(next.AsTask(), started).ConfigureAwait(false);
            if (frames.Count == 0)
                return;
            foreach (var frame in frames)
                Write(output, source.RunId, from++, frame.Span);
            await output.FlushAsync(gone).ConfigureAwait(false);
            started = true;
        }

        async Task<IReadOnlyList<ReadOnlyMemory<byte>>> WaitAsync(Task<IReadOnlyList<ReadOnlyMemory<byte>>> next, bool started)
        {
            // Who has nothing to read yet knows at least that it is heard.
            if (!started)
                await output.FlushAsync(gone).ConfigureAwait(false);
            while (true)
            {
                try
                {
                    return await next.WaitAsync(pingInterval, gone).ConfigureAwait(false);
                }
                catch (TimeoutException) when (!next.IsFaulted)
                {
                    await output.WriteAsync(Ping, gone).ConfigureAwait(false);
                }
            }
        }
    }

    private static void Write(PipeWriter output, string runId, int number, ReadOnlySpan<byte> frame)
    {
        var span = output.GetSpan(runId.Length + frame.Length + 32);
        var length = 0;
        Append(span, ref length, "id: "u8);
        length += Encoding.ASCII.GetBytes(runId, span[length..]);
        Append(span, ref length, "-"u8);
        number.TryFormat(span[length..], out var digits, default, CultureInfo.InvariantCulture);
        length += digits;
        Append(span, ref length, "\ndata: "u8);
        Append(span, ref length, frame);
        Append(span, ref length, "\n\n"u8);
        output.Advance(length);
    }

    private static void Append(Span<byte> span, ref int length, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(span[length..]);
        length += bytes.Length;
    }
}
