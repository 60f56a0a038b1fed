using System.Text.Json;
using System.Text.Json.Nodes;

namespace KeyedWorkflows.Cli.Batches;

/// <summary>The keys of one row of a batch. They are sent, and written nowhere, unless one may be a word: whoever made the file, or what answered, may have repeated them.</summary>
internal sealed class RowKeys
{
    private readonly SecretScrubber given;

    /// <param name="cells">The row.</param>
    /// <param name="columns">Which of its cells hold keys.</param>
    public RowKeys(string[] cells, IReadOnlySet<int> columns) => given = new([.. columns.Select(column => Secret.TryFrom(cells[column].Trim(), out var key) ? key : (Secret?)null)]);

    /// <summary>A result as it is kept.</summary>
    public RowResult Without(RowResult result) => result with
    {
        Run = result.Run is { } run ? Without(run) : null,
        Status = Without(result.Status),
        Outputs = result.Outputs is { } outputs ? Without(outputs) : null,
        ErrorCode = result.ErrorCode is { } code ? Without(code) : null,
        Error = result.Error is { } error ? Without(error) : null,
    };

    /// <summary>What stands around a key stays; the key does not.</summary>
    public string Without(string text) => given.IsIn(text) ? given.Scrub(text) : text;

    /// <summary>What holds no key is kept as it was answered, however odd: it was paid for.</summary>
    private JsonObject Without(JsonObject outputs)
    {
        var text = outputs.ToJsonString();
        if (!given.IsIn(text))
            return outputs;
        using var read = JsonDocument.Parse(text);
        return (JsonObject)Without(read.RootElement)!;
    }

    private JsonNode? Without(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                // Of two members of one name, or of two that read the same without a key, the last counts.
                var members = new JsonObject();
                foreach (var member in value.EnumerateObject())
                    members[Without(member.Name)] = Without(member.Value);
                return members;
            case JsonValueKind.Array:
                return new JsonArray([.. value.EnumerateArray().Select(Without)]);
            case JsonValueKind.String:
                return JsonValue.Create(Without(value.GetString()!));
            case JsonValueKind.Number when given.IsIn(value.GetRawText()):
                return JsonValue.Create(Without(value.GetRawText()));
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(value.Clone());
        }
    }
}
