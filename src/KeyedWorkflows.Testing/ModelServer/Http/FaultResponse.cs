using System.Buffers;
using System.Text;

namespace KeyedWorkflows.Testing;

/// <summary>Plays a <see cref="ModelServerFault"/>.</summary>
internal static class FaultResponse
{
    public static async ValueTask SendAsync(Exchange exchange, ModelServerFault fault)
    {
        exchange.CountFailure();
        var (http, request) = (exchange.Http, exchange.Request);
        switch (fault.Kind)
        {
            case FaultKind.Error:
                if (fault.RetryAfter is { } wait)
                    ErrorEnvelope.SetRetryAfter(http.Response, wait);
                await exchange.SendAsync(fault.Status, ErrorEnvelope.Write(fault.Message, fault.Type, fault.Code)).ConfigureAwait(false);
                break;
            case FaultKind.MaskKey:
                await exchange.SendAsync(fault.Status, ErrorEnvelope.Unauthorized(request.Key, whole: false)).ConfigureAwait(false);
                break;
            case FaultKind.EchoKey:
                http.Response.Headers["x-refused-key"] = request.Key;
                await exchange.SendAsync(fault.Status, ErrorEnvelope.Unauthorized(request.Key, whole: true)).ConfigureAwait(false);
                break;
            case FaultKind.ModelNotFound:
                await exchange.SendAsync(fault.Status, ErrorEnvelope.ModelNotFound(request.Model)).ConfigureAwait(false);
                break;
            case FaultKind.ContentFilter:
                await exchange.SendAsync(fault.Status, ErrorEnvelope.Write(fault.Message, null, fault.Code, "prompt", contentFilter: true)).ConfigureAwait(false);
                break;
            case FaultKind.Redirect:
                http.Response.StatusCode = fault.Status;
                http.Response.Headers.Location = fault.Location!.AbsoluteUri;
                break;
            case FaultKind.CutConnection:
                http.Abort();
                break;
            case FaultKind.CutStream when request.IsStreaming:
                await SendPiecesAsync(exchange, fault.AfterChunks).ConfigureAwait(false);
                throw new ConnectionCutException();
            case FaultKind.CutStream:
                await SendHalfAsync(exchange).ConfigureAwait(false);
                throw new ConnectionCutException();
            case FaultKind.ErrorInStream when request.IsStreaming:
                await SendPiecesAsync(exchange, fault.AfterChunks).ConfigureAwait(false);
                ChatStream.Append(exchange, ErrorEnvelope.Write(fault.Message, fault.Type, fault.Code));
                await exchange.Body.FlushAsync().ConfigureAwait(false);
                break;
            case FaultKind.ErrorInStream:
                await exchange.SendAsync(fault.Status, ErrorEnvelope.Write(fault.Message, fault.Type, fault.Code)).ConfigureAwait(false);
                break;
            case FaultKind.NoAnswer:
                await WaitForeverAsync(exchange).ConfigureAwait(false);
                break;
            case FaultKind.Malformed:
                await SendMalformedAsync(exchange).ConfigureAwait(false);
                break;
            case FaultKind.NoChoices:
                await SendNoChoicesAsync(exchange).ConfigureAwait(false);
                break;
            case FaultKind.Oversized:
                await SendOversizedAsync(exchange, Math.Min(fault.Bytes, fault.Bytes == long.MaxValue ? exchange.Server.Options.EndlessAnswerBytes : fault.Bytes))
                    .ConfigureAwait(false);
                break;
            default:
                throw new InvalidOperationException($"The fault {fault.Kind} is not played here.");
        }
    }

    private static async ValueTask SendPiecesAsync(Exchange exchange, int count)
    {
        await ChatStream.BeginAsync(exchange).ConfigureAwait(false);
        await exchange.Body.FlushAsync().ConfigureAwait(false);
        for (var i = 1; i <= count; i++)
            await ChatStream.SendTextAsync(exchange, string.Create(null, $"piece {i} ")).ConfigureAwait(false);
    }

    private static async ValueTask SendHalfAsync(Exchange exchange)
    {
        var bytes = ChatCompletion.Write(exchange, "This answer breaks off.", default).Written();
        exchange.Http.Response.ContentType = "application/json";
        exchange.Http.Response.ContentLength = bytes.Length;
        await exchange.Body.WriteAsync(bytes[..(bytes.Length / 2)]).ConfigureAwait(false);
    }

    private static async Task WaitForeverAsync(Exchange exchange)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(exchange.Http.RequestAborted, exchange.Server.Stopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, gone.Token).ConfigureAwait(false);
    }

    private static async ValueTask SendMalformedAsync(Exchange exchange)
    {
        const string broken = """{"id":"chatcmpl-broken","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"This br""";
        if (exchange.Request.IsStreaming)
        {
            await ChatStream.BeginAsync(exchange).ConfigureAwait(false);
            exchange.Body.Write(Encoding.UTF8.GetBytes($"data: {broken}\n\ndata: [DONE]\n\n"));
        }
        else
        {
            await exchange.StartAsync("application/json", broken.Length).ConfigureAwait(false);
            exchange.Body.Write(Encoding.UTF8.GetBytes(broken));
        }

        await exchange.Body.FlushAsync().ConfigureAwait(false);
    }

    private static async ValueTask SendNoChoicesAsync(Exchange exchange)
    {
        if (exchange.Request.IsStreaming)
        {
            await exchange.StartAsync(ChatStream.ContentType).ConfigureAwait(false);
            exchange.Body.Write("data: [DONE]\n\n"u8);
            await exchange.Body.FlushAsync().ConfigureAwait(false);
            return;
        }

        await exchange.SendAsync(200, EmptyList(exchange)).ConfigureAwait(false);
    }

    private static JsonScratch EmptyList(Exchange exchange)
    {
        var scratch = JsonScratch.Start();
        var json = scratch.Writer;
        ChatParts.WriteStart(json, exchange, null, exchange.Request.Operation == ModelOperation.Chat ? "chat.completion" : "list");
        json.WriteStartArray(exchange.Request.Operation == ModelOperation.Chat ? "choices"u8 : "data"u8);
        json.WriteEndArray();
        ChatParts.WriteUsage(json, default);
        json.WriteEndObject();
        return scratch;
    }

    /// <summary>Sends the text in blocks, so that an answer of any size costs the server one block of memory.</summary>
    private static async ValueTask SendOversizedAsync(Exchange exchange, long bytes)
    {
        const int block = 16 * 1024;
        var filler = new string('x', block);
        var streaming = exchange.Request.IsStreaming;
        if (streaming)
        {
            await ChatStream.BeginAsync(exchange).ConfigureAwait(false);
        }
        else
        {
            await exchange.StartAsync("application/json").ConfigureAwait(false);
            exchange.Body.Write("""{"id":"chatcmpl-large","object":"chat.completion","created":0,"model":"large","choices":[{"index":0,"finish_reason":"length","message":{"role":"assistant","content":" """u8.TrimEnd((byte)' '));
        }

        for (var left = bytes; left > 0; left -= block)
        {
            var size = (int)Math.Min(left, block);
            if (streaming)
            {
                await ChatStream.SendTextAsync(exchange, size == block ? filler : filler[..size]).ConfigureAwait(false);
                continue;
            }

            exchange.Body.Write(Encoding.ASCII.GetBytes(filler, 0, size));
            if ((await exchange.Body.FlushAsync().ConfigureAwait(false)).IsCompleted)
                throw new ConnectionCutException();
        }

        if (streaming)
            await ChatStream.EndAsync(exchange, ModelAnswer.Text("") with { FinishReason = "length" }, default).ConfigureAwait(false);
        else
            exchange.Body.Write("\"}}],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}}"u8);
        await exchange.Body.FlushAsync().ConfigureAwait(false);
    }
}
