using System.Text.Json.Nodes;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Server;

/// <summary>The input of a workflow as Dify describes a form: one field for each member of the input.</summary>
internal static class UserInputForm
{
    public static JsonArray Of(WorkflowDefinition workflow)
    {
        var schema = WireSchema.Of(workflow, workflow.InputType);
        var required = schema["required"] is JsonArray names ? names.Select(static name => (string)name!).ToHashSet(StringComparer.Ordinal) : [];
        var form = new JsonArray();
        if (schema["properties"] is not JsonObject properties)
            return form;
        foreach (var (name, property) in properties)
        {
            var details = property as JsonObject ?? [];
            var field = new JsonObject
            {
                ["label"] = (string?)details["title"] ?? name,
                ["variable"] = name,
                ["required"] = required.Contains(name),
                ["default"] = details["default"]?.DeepClone() ?? "",
            };
            if (details["description"] is { } description)
                field["description"] = description.DeepClone();
            var kind = KindOf(details);
            if (kind == "select")
                field["options"] = new JsonArray([.. ((JsonArray)details["enum"]!).Where(static option => option is not null).Select(static option => option!.DeepClone())]);
            form.Add((JsonNode)new JsonObject { [kind] = field });
        }
        return form;
    }

    /// <summary>Whether the workflow takes files.</summary>
    public static bool TakesFiles(JsonArray form) => form.Any(static field => field is JsonObject one && (one.ContainsKey("file") || one.ContainsKey("file-list")));

    private static string KindOf(JsonObject property)
    {
        if (IsFile(property))
            return "file";
        if (property["enum"] is JsonArray)
            return "select";
        return TypeOf(property) switch
        {
            "integer" or "number" => "number",
            "boolean" => "checkbox",
            "array" => property["items"] is JsonObject items && IsFile(items) ? "file-list" : "json_object",
            "object" => "json_object",
            _ => (string?)property["format"] == "password" ? "text-input" : "paragraph",
        };
    }

    private static bool IsFile(JsonObject property) => property["properties"] is JsonObject inner && inner.ContainsKey("transfer_method") && inner.ContainsKey("upload_file_id");

    private static string? TypeOf(JsonObject property) => property["type"] switch
    {
        JsonArray several => several.Select(static type => (string?)type).FirstOrDefault(static type => type != "null"),
        JsonValue one => (string?)one,
        _ => null,
    };
}
