using System.Globalization;
using System.Text.Json.Nodes;

namespace KeyedWorkflows.Testing;

/// <summary>
/// One schema with all that applies to the same value (references, <c>allOf</c>, the chosen branches of <c>anyOf</c> and <c>oneOf</c>) brought
/// together. It points at the original nodes, so that recursion can be told by identity.
/// </summary>
internal sealed class SchemaView
{
    private static readonly HashSet<string> s_numeric = new(StringComparer.Ordinal)
    {
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems",
    };

    private readonly Dictionary<string, JsonNode?> _keywords = new(StringComparer.Ordinal);
    private Dictionary<string, string>? _hints;

    public Dictionary<string, JsonNode?> Properties { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Required { get; } = new(StringComparer.Ordinal);

    /// <summary>The types allowed; null: any.</summary>
    public List<string>? Types { get; private set; }

    /// <summary>The values allowed; null: any.</summary>
    public List<JsonNode?>? Values { get; private set; }

    public bool AllowsNull => Types?.Contains("null") == true && (Values is null || Values.Contains(null));

    public JsonNode? this[string keyword] => _keywords.GetValueOrDefault(keyword);

    public bool Has(string keyword) => _keywords.ContainsKey(keyword);

    public decimal? Number(string keyword) =>
        _keywords.GetValueOrDefault(keyword) is JsonValue value && value.TryGetValue(out decimal number) ? number : null;

    public int? Count(string keyword) => Number(keyword) is { } number ? (int)number : null;

    public string? Text(string keyword) => _keywords.GetValueOrDefault(keyword) is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public void Add(string keyword, JsonNode? value)
    {
        switch (keyword)
        {
            case "properties" when value is JsonObject properties:
                foreach (var (name, schema) in properties)
                    Properties[name] = Properties.TryGetValue(name, out var other) ? Both(other, schema) : schema;
                break;
            case "required" when value is JsonArray names:
                Required.UnionWith(names.Select(static n => n!.GetValue<string>()));
                break;
            case "type":
                RestrictTypes(value is JsonArray types ? [.. types.Select(static t => t!.GetValue<string>())] : [value!.GetValue<string>()]);
                break;
            case "enum" when value is JsonArray values:
                RestrictValues(values);
                break;
            case "const":
                RestrictValues([value?.DeepClone()]);
                break;
            case "minimum" or "exclusiveMinimum" or "minLength" or "minItems" or "minProperties":
                _keywords[keyword] = Number(keyword) is { } least && ToNumber(value) < least ? _keywords[keyword] : value;
                break;
            case "maximum" or "exclusiveMaximum" or "maxLength" or "maxItems" or "maxProperties":
                _keywords[keyword] = Number(keyword) is { } most && ToNumber(value) > most ? _keywords[keyword] : value;
                break;
            case "items" or "additionalProperties" when _keywords.TryGetValue(keyword, out var other):
                _keywords[keyword] = SaysNothing(value) || IsFalse(other) ? other : SaysNothing(other) || IsFalse(value) ? value : Both(other, value);
                break;
            case "description" when value is JsonValue text && text.TryGetValue(out string? description):
                AddHints(description);
                break;
            default:
                _keywords[keyword] = value;
                break;
        }
    }

    /// <summary>A pattern or format that only the description tells.</summary>
    public string? Hint(string keyword) => _hints?.GetValueOrDefault(keyword);

    public static bool IsFalse(JsonNode? schema) => schema is JsonValue value && value.TryGetValue(out bool allowed) && !allowed;

    /// <summary>
    /// Microsoft.Extensions.AI moves keywords that OpenAI's strict schemas do not take into the description, one a line: <c>format: uuid</c>.
    /// A value that does not follow them is valid and yet cannot be read back into its type.
    /// </summary>
    private void AddHints(string description)
    {
        foreach (var line in description.Split('\n'))
        {
            if (line.Split(": ", 2) is not [var keyword, var value])
                continue;
            if (keyword is "pattern" or "format")
                (_hints ??= new(StringComparer.Ordinal))[keyword] = value;
            else if (s_numeric.Contains(keyword) && decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                Add(keyword, JsonValue.Create(number));
        }
    }

    private static bool SaysNothing(JsonNode? schema) => schema is null or JsonObject { Count: 0 } || (schema is JsonValue value && value.TryGetValue(out bool any) && any);

    private static JsonObject Both(JsonNode? one, JsonNode? other) => new() { ["allOf"] = new JsonArray(one?.DeepClone(), other?.DeepClone()) };

    private static decimal ToNumber(JsonNode? value) => value is JsonValue number && number.TryGetValue(out decimal result) ? result : 0;

    private void RestrictTypes(List<string> types)
    {
        if (Types is null)
        {
            Types = types;
            return;
        }

        // "integer" is part of "number".
        Types =
        [
            .. Types.Where(t => types.Contains(t) || (t == "integer" && types.Contains("number"))),
            .. types.Where(t => t == "integer" && Types.Contains("number") && !Types.Contains("integer")),
        ];
        if (Types.Count == 0)
            throw new UnsatisfiableSchemaException("no type is left where several parts apply to one value.");
    }

    private void RestrictValues(JsonArray values)
    {
        Values = Values is null ? [.. values] : [.. Values.Where(v => values.Any(o => JsonNode.DeepEquals(v, o)))];
        if (Values.Count == 0)
            throw new UnsatisfiableSchemaException("no value of an enum is left where several parts apply to one value.");
    }
}
