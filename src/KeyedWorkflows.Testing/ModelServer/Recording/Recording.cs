using System.Text.Json;

namespace KeyedWorkflows.Testing;

/// <summary>The answers of a recording, by the hash of their request.</summary>
internal sealed class Recording
{
    private readonly Dictionary<string, Takes> _takes = new(StringComparer.Ordinal);

    private Recording()
    {
    }

    public static Recording Load(string path)
    {
        Recording recording = new();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                recording.Add(JsonElement.Parse(line));
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                throw new FormatException($"Line {number} of the recording '{path}' is not {{\"match\":{{\"hash\":…}},\"response\":{{…}}}}. Record it again, or remove the line.", exception);
            }
        }

        return recording;
    }

    public ModelAnswer? Find(ModelRequest request) =>
        request.Operation is ModelOperation.Chat or ModelOperation.Embeddings && _takes.TryGetValue(RequestHash.Of(request), out var takes) ? takes.Next() : null;

    private void Add(JsonElement line)
    {
        var hash = line.GetProperty("match").GetProperty("hash").GetString()!;
        var answer = Read(line.GetProperty("response"));
        if (_takes.TryGetValue(hash, out var takes))
            takes.Add(answer);
        else
            _takes[hash] = new Takes(answer);
    }

    private static ModelAnswer Read(JsonElement response)
    {
        var answer = response.TryGetProperty("vectors", out var vectors)
            ? ModelAnswer.OfVectors([.. vectors.EnumerateArray().Select(static v => v.EnumerateArray().Select(static n => n.GetSingle()).ToArray())])
            : ModelAnswer.Of(Text(response, "text"), ReadToolCalls(response), Text(response, "refusal"));
        return answer with { FinishReason = Text(response, "finishReason"), Model = Text(response, "model"), Tokens = ReadTokens(response) };
    }

    private static ModelToolCall[] ReadToolCalls(JsonElement response) => response.TryGetProperty("toolCalls", out var calls)
        ? [.. calls.EnumerateArray().Select(static c => new ModelToolCall(Text(c, "name") ?? "", Text(c, "arguments") ?? "", Text(c, "id")))]
        : [];

    private static ModelTokens? ReadTokens(JsonElement response) => response.TryGetProperty("tokens", out var tokens)
        ? new ModelTokens(Number(tokens, "prompt"), Number(tokens, "completion"), Number(tokens, "cached"), Number(tokens, "reasoning"))
        : null;

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static int Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetInt32() : 0;

    private sealed class Takes(ModelAnswer first)
    {
        private readonly List<ModelAnswer> _answers = [first];
        private int _next = -1;

        public void Add(ModelAnswer answer) => _answers.Add(answer);

        public ModelAnswer Next() => _answers[Math.Min(Interlocked.Increment(ref _next), _answers.Count - 1)];
    }
}
