using System.Text.Json;
using System.Text.Json.Nodes;

namespace KeyedWorkflows.Runtime;

/// <summary>Puts a schema inside another. A recursive type's schema refers to places in itself, counted from its root: they move with it.</summary>
internal static class SchemaReferences
{
    /// <summary>Copies a schema for its new place.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="place">Where it will stand, as a JSON pointer: <c>/properties/data</c>.</param>
    /// <returns>The copy.</returns>
    public static JsonNode? MovedTo(JsonElement schema, string place)
    {
        var copy = JsonNode.Parse(schema.GetRawText());
        Move(copy, place);
        return copy;
    }

    private static void Move(JsonNode? node, string place)
    {
        switch (node)
        {
            case JsonArray items:
                foreach (var item in items)
                    Move(item, place);
                break;
            case JsonObject members:
                if (members["$ref"] is JsonValue reference && reference.TryGetValue(out string? pointer) && pointer.StartsWith('#'))
                    members["$ref"] = "#" + place + pointer[1..];
                foreach (var (_, member) in members)
                    Move(member, place);
                break;
        }
    }
}
