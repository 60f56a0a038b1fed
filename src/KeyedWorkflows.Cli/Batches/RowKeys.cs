using System.Text.Json.Nodes;

namespace KeyedWorkflows.Cli.Batches;

/// <summary>The keys of one row of a batch. They are sent, and written nowhere: whoever made the file, or what answered, may have repeated them.</summary>
internal sealed class RowKeys
{
    private readonly SecretScrubber given;

    /// <param name="cells">The row.</param>
    /// <param name="columns">Which of its cells hold keys.</param>
    public RowKeys(string[] cells, IReadOnlySet<int> columns) => given = new([.. columns.Select(column => Secret.TryFrom(cells[column].Trim(), out var key) ? key : (Secret?)null)]);

    /// <summary>A result as it is kept.</summary>
    public RowResult Without(RowResult result) => result with { Outputs = result.Outputs is { } outputs ? Without(outputs) : null, Error = result.Error is { } error ? Without(error) : null };

    /// <summary>What stands around a key stays; the key does not, unless it may be a word.</summary>
    public string Without(string text) => given.IsIn(text) ? given.Scrub(text) : text;

    private JsonObject Without(JsonObject value)
    {
        // Two names may read the same without a key.
        var kept = new JsonObject();
        foreach (var (name, member) in value)
            kept[Without(name)] = Without(member);
        return kept;
    }

    private JsonNode? Without(JsonNode? value) => value switch
    {
        JsonObject of => Without(of),
        JsonArray of => new JsonArray([.. of.Select(Without)]),
        JsonValue of when of.TryGetValue<string>(out var text) => JsonValue.Create(Without(text)),
        _ => value?.DeepClone(),
    };
}
