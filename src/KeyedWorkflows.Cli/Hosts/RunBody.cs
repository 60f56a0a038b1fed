using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KeyedWorkflows.Cli.Hosts;

/// <summary>What a run is asked for with.</summary>
internal sealed record RunBody
{
    public required JsonObject Inputs { get; init; }

    public required string User { get; init; }

    /// <summary>The profile that is to pay, by name; null for whatever is chosen.</summary>
    public string? Profile { get; init; }

    /// <summary>The tenant that is to pay.</summary>
    public string? Tenant { get; init; }

    /// <summary>Ceilings and waiting, as the API takes them; null for none.</summary>
    public JsonObject? Options { get; init; }

    public byte[] ToJson(bool streaming)
    {
        var body = new JsonObject { ["inputs"] = Inputs.DeepClone(), ["user"] = User };
        if (streaming)
            body["response_mode"] = "streaming";
        if (Profile is not null)
            body["credential_profile"] = Profile;
        if (Tenant is not null)
            body["credential_tenant"] = Tenant;
        if (Options is not null)
            body["options"] = Options.DeepClone();
        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    /// <summary>Reads an input as it stands in a file.</summary>
    /// <exception cref="CommandFault">It is no object of JSON.</exception>
    public static JsonObject ReadInputs(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false }) as JsonObject ?? throw NoObject();
        }
        catch (JsonException error)
        {
            throw CommandFault.Usage($"The input is no JSON (line {error.LineNumber + 1}). It is not repeated here.");
        }
    }

    private static CommandFault NoObject() => CommandFault.Usage("""The input is no object of JSON, such as {"question":"Where is my order?"}.""");
}
