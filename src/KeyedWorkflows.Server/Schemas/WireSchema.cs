using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Wire;

namespace KeyedWorkflows.Server;

/// <summary>JSON schemas of what a workflow takes and gives, made from the same metadata that reads and writes it.</summary>
internal static class WireSchema
{
    private static readonly JsonSchemaExporterOptions Exporting = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };

    /// <summary>The schema of an input or output: always an object.</summary>
    public static JsonObject Of(WorkflowDefinition workflow, Type type)
    {
        var info = InputReader.TypeOf(workflow, type);
        var schema = JsonSchemaExporter.GetJsonSchemaAsNode(info, Exporting);
        if (WireJson.WrapperOf(info) is not { } wrapper)
            return schema as JsonObject ?? new JsonObject { ["type"] = "object" };
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { [wrapper] = schema },
            ["required"] = new JsonArray(wrapper),
            ["additionalProperties"] = false,
        };
    }

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = context.TypeInfo.Type;
        if (type == typeof(Secret))
            schema = new JsonObject { ["type"] = "string", ["format"] = "password", ["writeOnly"] = true, ["minLength"] = 1, ["maxLength"] = Secret.MaxLength };
        else if (type == typeof(WorkflowFile))
            schema = File();
        if (context.PropertyInfo is { IsGetNullable: true } && schema is JsonObject nullable && type == typeof(Secret))
            nullable["type"] = new JsonArray("string", "null");
        if (schema is JsonObject described && DescriptionOf(context) is { } description)
            described["description"] = description;
        if (schema is JsonObject whole && context.TypeInfo.Kind == JsonTypeInfoKind.Object && context.Path.IsEmpty && !whole.ContainsKey("additionalProperties"))
            whole["additionalProperties"] = false;
        return schema;
    }

    private static string? DescriptionOf(JsonSchemaExporterContext context)
    {
        var property = context.PropertyInfo;
        var from = property?.AttributeProvider ?? context.PropertyInfo?.AssociatedParameter?.AttributeProvider ?? (property is null ? context.TypeInfo.Type : null);
        return from?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: true).OfType<DescriptionAttribute>().FirstOrDefault()?.Description
            ?? property?.AssociatedParameter?.AttributeProvider?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: true).OfType<DescriptionAttribute>().FirstOrDefault()?.Description;
    }

    private static JsonObject File() => new()
    {
        ["type"] = "object",
        ["description"] = "A file: an upload, or an address on the public internet.",
        ["properties"] = new JsonObject
        {
            ["type"] = new JsonObject { ["enum"] = new JsonArray("document", "image", "audio", "video", "custom") },
            ["transfer_method"] = new JsonObject { ["enum"] = new JsonArray("local_file", "remote_url") },
            ["upload_file_id"] = new JsonObject { ["type"] = "string" },
            ["url"] = new JsonObject { ["type"] = "string", ["format"] = "uri" },
        },
        ["required"] = new JsonArray("type", "transfer_method"),
        ["additionalProperties"] = false,
    };
}
