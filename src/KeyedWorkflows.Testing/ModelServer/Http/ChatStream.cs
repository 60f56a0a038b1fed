using System.Buffers;

namespace KeyedWorkflows.Testing;

/// <summary>A chat answer as server-sent events: one flush a piece, the usage last where it was asked for.</summary>
internal static class ChatStream
{
    public const string ContentType = "text/event-stream; charset=utf-8";

    public static async ValueTask BeginAsync(Exchange exchange)
    {
        exchange.Http.Response.Headers.CacheControl = "no-cache";
        await exchange.StartAsync(ContentType).ConfigureAwait(false);
        Append(exchange, Delta(exchange, null, "role"));
    }

    public static async ValueTask SendAsync(Exchange exchange, ModelAnswer answer)
    {
        await BeginAsync(exchange).ConfigureAwait(false);
        var sent = 0;
        foreach (var piece in answer.Pieces)
        {
            if (answer.Gate is not null && sent > 0 && sent == answer.GateAfterChunks)
                await exchange.HoldAsync(answer, begun: true).ConfigureAwait(false);
            await SendAsync(exchange, Delta(exchange, answer.Model, "content", piece)).ConfigureAwait(false);
            sent++;
        }

        if (answer.Gate is not null && sent > 0 && sent <= answer.GateAfterChunks)
            await exchange.HoldAsync(answer, begun: true).ConfigureAwait(false);
        if (answer.Refusal is { } refusal)
            await SendAsync(exchange, Delta(exchange, answer.Model, "refusal", refusal)).ConfigureAwait(false);
        await SendToolCallsAsync(exchange, answer).ConfigureAwait(false);

        var tokens = ChatParts.Tokens(exchange.Request, answer);
        exchange.Count(tokens);
        exchange.Server.Recorder?.Write(exchange.Request, answer, tokens);
        await EndAsync(exchange, answer, tokens).ConfigureAwait(false);
    }

    /// <summary>Sends one piece of text.</summary>
    public static ValueTask SendTextAsync(Exchange exchange, string text) => SendAsync(exchange, Delta(exchange, null, "content", text));

    public static async ValueTask EndAsync(Exchange exchange, ModelAnswer answer, ModelTokens tokens)
    {
        Append(exchange, Finish(exchange, answer));
        if (exchange.Request.IncludeUsage)
            Append(exchange, Usage(exchange, answer, tokens));
        exchange.Body.Write("data: [DONE]\n\n"u8);
        await exchange.Body.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Writes one event and does not flush.</summary>
    public static void Append(Exchange exchange, JsonScratch data)
    {
        exchange.Body.Write("data: "u8);
        exchange.Body.Write(data.Written().Span);
        exchange.Body.Write("\n\n"u8);
    }

    private static async ValueTask SendAsync(Exchange exchange, JsonScratch data)
    {
        Append(exchange, data);
        var flushed = await exchange.Body.FlushAsync().ConfigureAwait(false);
        if (flushed.IsCompleted)
            throw new ConnectionCutException();
    }

    private static async ValueTask SendToolCallsAsync(Exchange exchange, ModelAnswer answer)
    {
        for (var i = 0; i < answer.ToolCalls.Count; i++)
        {
            var call = answer.ToolCalls[i];
            await SendAsync(exchange, ToolCall(exchange, answer, call, i, begin: true, "")).ConfigureAwait(false);

            // In two halves: a client that does not join the pieces of the arguments shows itself.
            var half = call.Arguments.Length / 2;
            if (half > 0 && char.IsHighSurrogate(call.Arguments[half - 1]))
                half--;
            if (half > 0)
                await SendAsync(exchange, ToolCall(exchange, answer, call, i, begin: false, call.Arguments[..half])).ConfigureAwait(false);
            await SendAsync(exchange, ToolCall(exchange, answer, call, i, begin: false, call.Arguments[half..])).ConfigureAwait(false);
        }
    }

    private static JsonScratch Delta(Exchange exchange, string? model, string field, string? text = null)
    {
        var scratch = StartChoice(exchange, model);
        var json = scratch.Writer;
        if (text is not null)
        {
            json.WriteString(field, text);
        }
        else
        {
            json.WriteString("role"u8, "assistant"u8);
            json.WriteString("content"u8, ""u8);
            json.WriteNull("refusal"u8);
        }

        return EndChoice(scratch, null);
    }

    private static JsonScratch ToolCall(Exchange exchange, ModelAnswer answer, ModelToolCall call, int index, bool begin, string arguments)
    {
        var scratch = StartChoice(exchange, answer.Model);
        var json = scratch.Writer;
        json.WriteStartArray("tool_calls"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, index);
        if (begin)
        {
            json.WriteString("id"u8, ChatParts.CallId(exchange.Request, call, index));
            json.WriteString("type"u8, "function"u8);
        }

        json.WriteStartObject("function"u8);
        if (begin)
            json.WriteString("name"u8, call.Name);
        json.WriteString("arguments"u8, arguments);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        return EndChoice(scratch, null);
    }

    private static JsonScratch Finish(Exchange exchange, ModelAnswer answer) =>
        EndChoice(StartChoice(exchange, answer.Model), ChatParts.FinishReason(answer));

    private static JsonScratch Usage(Exchange exchange, ModelAnswer answer, ModelTokens tokens)
    {
        var scratch = JsonScratch.Start();
        ChatParts.WriteStart(scratch.Writer, exchange, answer.Model, "chat.completion.chunk");
        scratch.Writer.WriteStartArray("choices"u8);
        scratch.Writer.WriteEndArray();
        ChatParts.WriteUsage(scratch.Writer, tokens);
        scratch.Writer.WriteEndObject();
        return scratch;
    }

    private static JsonScratch StartChoice(Exchange exchange, string? model)
    {
        var scratch = JsonScratch.Start();
        var json = scratch.Writer;
        ChatParts.WriteStart(json, exchange, model, "chat.completion.chunk");
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        json.WriteStartObject("delta"u8);
        return scratch;
    }

    private static JsonScratch EndChoice(JsonScratch scratch, string? finishReason)
    {
        var json = scratch.Writer;
        json.WriteEndObject();
        json.WriteNull("logprobs"u8);
        json.WriteString("finish_reason"u8, finishReason);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        return scratch;
    }
}
