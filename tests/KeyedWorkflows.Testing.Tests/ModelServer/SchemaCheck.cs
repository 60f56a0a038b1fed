using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KeyedWorkflows.Testing.Tests;

/// <summary>A plain validator of the keywords that structured output uses, written apart from the sampler. Unknown keywords are refused.</summary>
internal sealed class SchemaCheck(JsonNode root)
{
    public static string? Fault(JsonNode schema, string json) => new SchemaCheck(schema).Fault(schema, JsonNode.Parse(json), "$");

    private string? Fault(JsonNode? schema, JsonNode? value, string at)
    {
        if (schema is JsonValue all)
            return all.GetValue<bool>() ? null : $"{at}: nothing is allowed";
        foreach (var (keyword, rule) in schema!.AsObject())
        {
            if (Fault(schema.AsObject(), keyword, rule, value, at) is { } fault)
                return fault;
        }

        return null;
    }

    private string? Fault(JsonObject schema, string keyword, JsonNode? rule, JsonNode? value, string at)
    {
        var kind = value?.GetValueKind() ?? JsonValueKind.Null;
        decimal Number() => value!.AsValue().GetValue<decimal>();
        string Text() => value!.GetValue<string>();
        return keyword switch
        {
            "$schema" or "$defs" or "$comment" or "description" or "title" or "default" => null,
            "$ref" => Fault(Resolve(rule!.GetValue<string>()), value, at),
            "type" => Must((rule as JsonArray ?? [rule!.DeepClone()]).Any(t => IsOf(t!.GetValue<string>(), value)), "type"),
            "const" => Must(JsonNode.DeepEquals(rule, value), "const"),
            "enum" => Must(rule!.AsArray().Any(v => JsonNode.DeepEquals(v, value)), "enum"),
            "allOf" => rule!.AsArray().Select(s => Fault(s, value, at)).FirstOrDefault(f => f is not null),
            "anyOf" => Must(rule!.AsArray().Any(s => Fault(s, value, at) is null), "anyOf"),
            "oneOf" => Must(rule!.AsArray().Count(s => Fault(s, value, at) is null) == 1, "oneOf"),
            "properties" => kind != JsonValueKind.Object ? null : rule!.AsObject()
                .Where(p => value!.AsObject().ContainsKey(p.Key)).Select(p => Fault(p.Value, value![p.Key], at + "." + p.Key)).FirstOrDefault(f => f is not null),
            "required" => Must(kind != JsonValueKind.Object || rule!.AsArray().All(n => value!.AsObject().ContainsKey(n!.GetValue<string>())), "required"),
            "additionalProperties" => kind != JsonValueKind.Object ? null : value!.AsObject()
                .Where(p => schema["properties"]?.AsObject().ContainsKey(p.Key) != true).Select(p => Fault(rule, p.Value, at + "." + p.Key)).FirstOrDefault(f => f is not null),
            "minProperties" => Must(kind != JsonValueKind.Object || value!.AsObject().Count >= (int)rule!.AsValue().GetValue<decimal>(), keyword),
            "maxProperties" => Must(kind != JsonValueKind.Object || value!.AsObject().Count <= (int)rule!.AsValue().GetValue<decimal>(), keyword),
            "prefixItems" => kind != JsonValueKind.Array ? null : rule!.AsArray()
                .Zip(value!.AsArray()).Select((p, i) => Fault(p.First, p.Second, $"{at}[{i}]")).FirstOrDefault(f => f is not null),
            "items" => kind != JsonValueKind.Array ? null : value!.AsArray()
                .Skip(schema["prefixItems"]?.AsArray().Count ?? 0).Select((v, i) => Fault(rule, v, $"{at}[{i}]")).FirstOrDefault(f => f is not null),
            "minItems" => Must(kind != JsonValueKind.Array || value!.AsArray().Count >= (int)rule!.AsValue().GetValue<decimal>(), keyword),
            "maxItems" => Must(kind != JsonValueKind.Array || value!.AsArray().Count <= (int)rule!.AsValue().GetValue<decimal>(), keyword),
            "uniqueItems" => Must(kind != JsonValueKind.Array || value!.AsArray().Select(v => v?.ToJsonString()).Distinct().Count() == value.AsArray().Count, keyword),
            "minimum" => Must(kind != JsonValueKind.Number || Number() >= rule!.AsValue().GetValue<decimal>(), keyword),
            "maximum" => Must(kind != JsonValueKind.Number || Number() <= rule!.AsValue().GetValue<decimal>(), keyword),
            "exclusiveMinimum" => Must(kind != JsonValueKind.Number || Number() > rule!.AsValue().GetValue<decimal>(), keyword),
            "exclusiveMaximum" => Must(kind != JsonValueKind.Number || Number() < rule!.AsValue().GetValue<decimal>(), keyword),
            "multipleOf" => Must(kind != JsonValueKind.Number || Number() % rule!.AsValue().GetValue<decimal>() == 0, keyword),
            "minLength" => Must(kind != JsonValueKind.String || Text().Length >= (int)rule!.AsValue().GetValue<decimal>(), keyword),
            "maxLength" => Must(kind != JsonValueKind.String || Text().Length <= (int)rule!.AsValue().GetValue<decimal>(), keyword),
            "pattern" => Must(kind != JsonValueKind.String || Regex.IsMatch(Text(), rule!.GetValue<string>()), keyword),
            "format" => Must(kind != JsonValueKind.String || IsOfFormat(rule!.GetValue<string>(), Text()), keyword),
            _ => throw new NotSupportedException(keyword),
        };

        string? Must(bool holds, string what) => holds ? null : $"{at}: {what} does not hold for {value?.ToJsonString() ?? "null"}";
    }

    private JsonNode? Resolve(string reference) =>
        reference.Split('/').Skip(1).Aggregate((JsonNode?)root, (node, part) => node is JsonArray list ? list[int.Parse(part, CultureInfo.InvariantCulture)] : node![part.Replace("~1", "/", StringComparison.Ordinal)]);

    private static bool IsOf(string type, JsonNode? value) => (value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        JsonValueKind.Null => type == "null",
        JsonValueKind.String => type == "string",
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        JsonValueKind.Array => type == "array",
        JsonValueKind.Object => type == "object",
        _ => type == "number" || (type == "integer" && decimal.IsInteger(value!.AsValue().GetValue<decimal>())),
    };

    private static bool IsOfFormat(string format, string text) => format switch
    {
        "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _) && text.Contains('T', StringComparison.Ordinal),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "email" => text.Contains('@', StringComparison.Ordinal),
        _ => true,
    };
}
