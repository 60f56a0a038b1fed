using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Runtime;

/// <summary>What the model sees of a tool: emitted once, as a static field beside the tool's class. Its schema is made when first asked for.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ToolSignature
{
    private readonly Func<JsonSerializerOptions> json;
    private readonly ToolParameter[] parameters;
    private readonly Lazy<JsonElement> schema;

    /// <summary>Describes a tool.</summary>
    /// <param name="name">The name that the model sees.</param>
    /// <param name="description">What the tool does, for the model.</param>
    /// <param name="json">The metadata of its types.</param>
    /// <param name="parameters">What the model fills in.</param>
    public ToolSignature(string name, string? description, Func<JsonSerializerOptions> json, params ReadOnlySpan<ToolParameter> parameters)
    {
        Name = name;
        Description = description ?? "";
        this.json = json;
        this.parameters = parameters.ToArray();
        schema = new(CreateSchema);
    }

    /// <summary>The name that the model sees.</summary>
    public string Name { get; }

    /// <summary>What the tool does.</summary>
    public string Description { get; }

    internal JsonSerializerOptions Json => StrictJson.Of(json());

    internal JsonElement Schema => schema.Value;

    internal ToolParameter this[int parameter] => parameters[parameter];

    private JsonElement CreateSchema()
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var parameter in parameters)
        {
            var type = AIJsonUtilities.CreateJsonSchema(parameter.Type, parameter.Description, hasDefaultValue: !parameter.Required && parameter.Default is not null, defaultValue: parameter.Default, serializerOptions: Json);
            properties[parameter.Name] = SchemaReferences.MovedTo(type, "/properties/" + parameter.Name);
            if (parameter.Required)
                required.Add((JsonNode)parameter.Name);
        }
        var whole = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
            whole["required"] = required;
        whole["additionalProperties"] = false;
        return JsonElement.Parse(whole.ToJsonString());
    }
}
