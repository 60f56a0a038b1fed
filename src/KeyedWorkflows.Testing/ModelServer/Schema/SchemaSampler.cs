using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KeyedWorkflows.Testing;

/// <summary>
/// Makes a value that is valid for a JSON schema: always the same one for the same schema. All properties are filled, arrays have one element,
/// recursion ends at the first place where it may. Keywords that no model provider takes in structured output (<c>not</c>, <c>if</c>,
/// <c>patternProperties</c>, <c>contains</c>, …) are not looked at.
/// </summary>
internal sealed class SchemaSampler
{
    private const int DeepestLevel = 128;
    private const int MostCached = 512;
    private static readonly ConcurrentDictionary<string, string> s_cache = new(StringComparer.Ordinal);
    private static readonly JsonSerializerOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonNode? _root;
    private readonly HashSet<JsonNode> _path = new(ReferenceEqualityComparer.Instance);
    private int _level;

    private SchemaSampler(JsonNode? root) => _root = root;

    /// <summary>A value for the schema, as JSON.</summary>
    /// <exception cref="UnsatisfiableSchemaException">None was found.</exception>
    public static string Sample(JsonElement schema)
    {
        var text = schema.GetRawText();
        if (s_cache.TryGetValue(text, out var sample))
            return sample;
        var root = JsonNode.Parse(text);
        try
        {
            sample = new SchemaSampler(root).Value(root, 0)?.ToJsonString(s_compact) ?? "null";
        }
        catch (InvalidOperationException)
        {
            throw new UnsatisfiableSchemaException("a keyword has a value of the wrong type.");
        }

        if (s_cache.Count >= MostCached)
            s_cache.Clear();
        return s_cache[text] = sample;
    }

    private JsonNode? Value(JsonNode? schema, int variant)
    {
        if (SchemaView.IsFalse(schema))
            throw new UnsatisfiableSchemaException("it allows no value at all.");
        if (++_level > DeepestLevel)
            throw new UnsatisfiableSchemaException("it nests without end: no place in it lets the nesting stop.");
        SchemaView view = new();
        List<JsonNode> entered = [];
        var again = false;
        Gather(schema, view, entered, ref again);
        var value = Value(view, again, variant);
        _path.ExceptWith(entered);
        _level--;
        return value;
    }

    private JsonNode? Value(SchemaView view, bool again, int variant)
    {
        if (again && view.AllowsNull)
            return null;
        if (view.Values is { } values)
            return Allowed(view, values, variant)?.DeepClone();
        return TypeOf(view) switch
        {
            "null" => null,
            "boolean" => JsonValue.Create(variant % 2 == 0),
            "integer" => NumberSampler.Integer(view, variant),
            "number" => NumberSampler.Number(view, variant),
            "array" => Array(view, variant),
            "object" => Object(view, variant),
            _ => JsonValue.Create(StringSampler.Sample(view, variant)),
        };
    }

    private void Gather(JsonNode? schema, SchemaView view, List<JsonNode> entered, ref bool again)
    {
        if (SchemaView.IsFalse(schema))
            throw new UnsatisfiableSchemaException("it allows no value at all.");
        if (schema is not JsonObject keywords)
            return;
        if (_path.Add(keywords))
            entered.Add(keywords);
        else
            again = true;
        foreach (var (keyword, value) in keywords)
        {
            if (keyword is not ("$ref" or "allOf" or "anyOf" or "oneOf"))
                view.Add(keyword, value);
        }

        if (keywords["$ref"] is { } reference)
        {
            var target = Resolve(reference.GetValue<string>());
            if (entered.Contains(target!))
                throw new UnsatisfiableSchemaException("a $ref leads back to itself.");
            Gather(target, view, entered, ref again);
        }

        if (keywords["allOf"] is JsonArray all)
        {
            foreach (var part in all)
                Gather(part, view, entered, ref again);
        }

        if (keywords["anyOf"] is JsonArray any)
            Gather(Choose(any, view), view, entered, ref again);
        if (keywords["oneOf"] is JsonArray one)
            Gather(Choose(one, view), view, entered, ref again);
    }

    /// <summary>The branch that ends soonest: one that does not lead back into what is being made; null only where all others do.</summary>
    private JsonNode? Choose(JsonArray branches, SchemaView view)
    {
        var fitting = branches.Where(b => !SchemaView.IsFalse(b) && Fits(b, view)).ToList();
        return fitting.FirstOrDefault(b => !IsNull(b) && !LeadsBack(b))
            ?? fitting.FirstOrDefault(IsNull)
            ?? fitting.FirstOrDefault()
            ?? throw new UnsatisfiableSchemaException("no branch of an anyOf or oneOf fits the rest of the schema.");
    }

    private bool Fits(JsonNode? branch, SchemaView view)
    {
        if (view.Types is not { } types || Target(branch) is not JsonObject target || target["type"] is not { } type)
            return true;
        IEnumerable<string> own = type is JsonArray several ? several.Select(static t => t!.GetValue<string>()) : [type.GetValue<string>()];
        return own.Any(t => types.Contains(t) || (t == "integer" && types.Contains("number")) || (t == "number" && types.Contains("integer")));
    }

    private bool IsNull(JsonNode? branch) =>
        Target(branch) is JsonObject target
        && ((target["type"] is JsonValue type && type.GetValue<string>() == "null") || (target.ContainsKey("const") && target["const"] is null));

    private bool LeadsBack(JsonNode? schema, int depth = 0)
    {
        if (schema is not JsonObject keywords || depth > DeepestLevel)
            return false;
        return _path.Contains(keywords)
            || (keywords["$ref"] is { } reference && LeadsBack(Resolve(reference.GetValue<string>()), depth + 1))
            || (keywords["allOf"] is JsonArray parts && parts.Any(p => LeadsBack(p, depth + 1)));
    }

    private JsonNode? Target(JsonNode? schema)
    {
        for (var depth = 0; depth < DeepestLevel && schema is JsonObject keywords && keywords["$ref"] is { } reference; depth++)
            schema = Resolve(reference.GetValue<string>());
        return schema;
    }

    private JsonNode? Resolve(string reference)
    {
        if (!reference.StartsWith('#'))
            throw new UnsatisfiableSchemaException($"the $ref '{reference}' leads out of the schema.");
        var node = _root;
        foreach (var part in reference.Split('/').Skip(1))
        {
            var name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            node = node switch
            {
                JsonObject parent when parent.TryGetPropertyValue(name, out var child) => child,
                JsonArray list when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < list.Count => list[index],
                _ => throw new UnsatisfiableSchemaException($"the $ref '{reference}' leads nowhere."),
            };
        }

        return node;
    }

    private static JsonNode? Allowed(SchemaView view, List<JsonNode?> values, int variant)
    {
        var fitting = values.Where(v => view.Types is not { } types || types.Any(t => IsOf(t, v))).ToList();
        if (fitting.Count == 0)
            throw new UnsatisfiableSchemaException("no value of an enum or const has the type asked for.");
        var telling = fitting.Where(static v => v is not null).ToList();
        return telling.Count == 0 ? null : telling[variant % telling.Count];
    }

    private static bool IsOf(string type, JsonNode? value) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("null", JsonValueKind.Null) or ("string", JsonValueKind.String) or ("number", JsonValueKind.Number) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) or ("array", JsonValueKind.Array) or ("object", JsonValueKind.Object) => true,
        ("integer", JsonValueKind.Number) => value!.AsValue().TryGetValue(out decimal number) && decimal.IsInteger(number),
        _ => false,
    };

    private static string TypeOf(SchemaView view)
    {
        if (view.Types is { } types)
        {
            // A number that may also be written as text (JsonNumberHandling) is a number; its pattern speaks of the text.
            return types.Find(t => t is "integer" or "number" && types.Contains("string") && (view.Has("pattern") || view.Hint("pattern") is not null))
                ?? types.Find(static t => t != "null")
                ?? "null";
        }

        if (view.Properties.Count > 0 || view.Required.Count > 0 || view.Has("additionalProperties") || view.Has("minProperties"))
            return "object";
        if (view.Has("items") || view.Has("prefixItems") || view.Has("minItems"))
            return "array";
        return view.Has("minimum") || view.Has("maximum") || view.Has("exclusiveMinimum") || view.Has("exclusiveMaximum") || view.Has("multipleOf")
            ? "number"
            : "string";
    }

    private JsonArray Array(SchemaView view, int variant)
    {
        var prefix = view["prefixItems"] as JsonArray;
        var items = view["items"];
        var closed = SchemaView.IsFalse(items);
        var least = view.Count("minItems") ?? 0;
        var count = Math.Max(least, LeadsBack(items) ? 0 : 1);
        count = Math.Min(Math.Max(count, prefix?.Count ?? 0), view.Count("maxItems") ?? int.MaxValue);
        if (closed)
            count = Math.Min(count, prefix?.Count ?? 0);
        if (count < least)
            throw new UnsatisfiableSchemaException("an array allows fewer elements than it asks for.");

        JsonArray array = [];
        var unique = view["uniqueItems"] is JsonValue flag && flag.TryGetValue(out bool asked) && asked;
        for (var i = 0; i < count; i++)
        {
            var schema = i < prefix?.Count ? prefix[i] : items;
            array.Add(unique ? Distinct(array, schema, variant) : Value(schema, variant + i));
        }

        return array;
    }

    private JsonNode? Distinct(JsonArray array, JsonNode? schema, int variant)
    {
        for (var i = 0; i <= 4 * array.Count + 4; i++)
        {
            var value = Value(schema, variant + i);
            if (!array.Any(other => JsonNode.DeepEquals(other, value)))
                return value;
        }

        throw new UnsatisfiableSchemaException($"an array asks for more than {array.Count} different elements, and no more were found.");
    }

    private JsonObject Object(SchemaView view, int variant)
    {
        JsonObject result = [];
        var onlyRequired = view.Has("maxProperties");
        foreach (var (name, schema) in view.Properties)
        {
            if (view.Required.Contains(name) || !(onlyRequired || SchemaView.IsFalse(schema) || LeadsBack(schema)))
                result[name] = Value(schema, variant);
        }

        var others = view["additionalProperties"];
        foreach (var name in view.Required)
        {
            if (!result.ContainsKey(name))
                result[name] = Value(others, variant);
        }

        for (var i = 1; result.Count < (view.Count("minProperties") ?? 0); i++)
            result[string.Create(CultureInfo.InvariantCulture, $"key{i}")] = Value(others, variant + i - 1);
        return result;
    }
}
