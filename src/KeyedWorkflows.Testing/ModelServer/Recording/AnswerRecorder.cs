using System.Buffers;
using System.Text;
using System.Text.Json;

namespace KeyedWorkflows.Testing;

/// <summary>Writes answers to a recording, each as one line and at once.</summary>
internal sealed class AnswerRecorder : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private readonly ModelServerKeys _keys;
    private bool _closed;

    public AnswerRecorder(string path, ModelServerKeys keys)
    {
        _keys = keys;
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
    }

    public void Write(ModelRequest request, ModelAnswer answer, ModelTokens tokens)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
            WriteLine(json, request, answer, tokens);
        var line = Scrub(Encoding.UTF8.GetString(buffer.WrittenSpan)) + "\n";
        lock (_lock)
        {
            if (_closed)
                return;
            _file.Write(Encoding.UTF8.GetBytes(line));
            _file.Flush();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            _file.Dispose();
        }
    }

    private static void WriteLine(Utf8JsonWriter json, ModelRequest request, ModelAnswer answer, ModelTokens tokens)
    {
        json.WriteStartObject();
        json.WriteStartObject("match"u8);
        json.WriteString("hash"u8, RequestHash.Of(request));
        json.WriteString("operation"u8, request.Operation == ModelOperation.Embeddings ? "embeddings"u8 : "chat"u8);
        json.WriteString("model"u8, request.Model);
        json.WriteEndObject();
        json.WriteStartObject("response"u8);
        if (answer.Vectors is { } vectors)
        {
            WriteVectors(json, vectors);
        }
        else
        {
            WriteOptional(json, "text", answer.Content);
            WriteOptional(json, "refusal", answer.Refusal);
            json.WriteString("finishReason"u8, ChatParts.FinishReason(answer));
            if (answer.ToolCalls.Count > 0)
                WriteToolCalls(json, request, answer.ToolCalls);
        }

        WriteOptional(json, "model", answer.Model);
        json.WriteStartObject("tokens"u8);
        json.WriteNumber("prompt"u8, tokens.Prompt);
        json.WriteNumber("completion"u8, tokens.Completion);
        json.WriteNumber("cached"u8, tokens.Cached);
        json.WriteNumber("reasoning"u8, tokens.Reasoning);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteVectors(Utf8JsonWriter json, IReadOnlyList<float[]> vectors)
    {
        json.WriteStartArray("vectors"u8);
        foreach (var vector in vectors)
        {
            json.WriteStartArray();
            foreach (var number in vector)
                json.WriteNumberValue(number);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteToolCalls(Utf8JsonWriter json, ModelRequest request, IReadOnlyList<ModelToolCall> calls)
    {
        json.WriteStartArray("toolCalls"u8);
        for (var i = 0; i < calls.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, ChatParts.CallId(request, calls[i], i));
            json.WriteString("name"u8, calls[i].Name);
            json.WriteString("arguments"u8, calls[i].Arguments);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    /// <summary>Takes every known key out of the line, in the form that JSON gives it.</summary>
    private string Scrub(string line)
    {
        foreach (var account in _keys.Accounts)
        {
            if (account.Key.Length > 0)
                line = line.Replace(JsonEncodedText.Encode(account.Key).Value, "[key]", StringComparison.Ordinal);
        }

        return line;
    }
}
