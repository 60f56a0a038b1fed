using System.Text.Json;

namespace KeyedWorkflows.Testing;

/// <summary>Reads what the server understands out of a request's body; what it cannot answer is said in <see cref="ModelRequest.Invalid"/>.</summary>
internal static class RequestReader
{
    public static void Read(ModelRequest request)
    {
        if (request.Operation is not (ModelOperation.Chat or ModelOperation.Embeddings))
            return;
        try
        {
            request.Json = JsonElement.Parse(request.Body.Span);
            if (request.Json.ValueKind != JsonValueKind.Object)
            {
                request.Invalid = "The body must be a JSON object.";
                return;
            }

            ReadFields(request);
            if (request.Tools.Count > 0)
                request.ForcedTool = ReadForcedTool(request);
            request.Invalid ??= Missing(request);
        }
        catch (JsonException)
        {
            request.Invalid = "We could not parse the JSON body of your request.";
        }
        catch (InvalidOperationException)
        {
            request.Invalid = "A field of your request has the wrong type.";
        }
    }

    private static string? Missing(ModelRequest request) => request switch
    {
        { Model.Length: 0 } => "you must provide a model parameter",
        { Operation: ModelOperation.Chat, Messages.Count: 0 } => "[] is too short - 'messages'",
        { Operation: ModelOperation.Embeddings, Inputs.Count: 0 } => "[] is too short - 'input'",
        _ => null,
    };

    private static void ReadFields(ModelRequest request)
    {
        foreach (var field in request.Json.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.Null)
                continue;
            if (field.NameEquals("model"))
                request.Model = field.Value.GetString()!;
            else if (field.NameEquals("user"))
                request.User = field.Value.GetString();
            else if (field.NameEquals("metadata"))
                request.Metadata = ReadMetadata(field.Value);
            else if (request.Operation == ModelOperation.Chat)
                ReadChatField(request, field);
            else
                ReadEmbeddingsField(request, field);
        }
    }

    private static void ReadChatField(ModelRequest request, JsonProperty field)
    {
        if (field.NameEquals("messages"))
            ReadMessages(request, field.Value);
        else if (field.NameEquals("stream"))
            request.IsStreaming = field.Value.GetBoolean();
        else if (field.NameEquals("stream_options"))
            request.IncludeUsage = field.Value.TryGetProperty("include_usage", out var include) && include.ValueKind == JsonValueKind.True;
        else if (field.NameEquals("tools"))
            request.Tools = [.. field.Value.EnumerateArray().Select(static t => ToolName(t)).OfType<string>()];
        else if (field.NameEquals("response_format"))
            ReadResponseFormat(request, field.Value);
        else if (field.NameEquals("n") && field.Value.GetInt32() != 1)
            request.Invalid = "This server answers with one choice: 'n' must be 1.";
    }

    private static void ReadEmbeddingsField(ModelRequest request, JsonProperty field)
    {
        if (field.NameEquals("input"))
        {
            request.Inputs = ReadInputs(field.Value, out var tokens);
            request.PromptTokens = tokens;
        }
        else if (field.NameEquals("dimensions"))
        {
            request.Dimensions = field.Value.GetInt32();
            if (request.Dimensions is < 1 or > 65_536)
                request.Invalid = "'dimensions' must be between 1 and 65536.";
        }
        else if (field.NameEquals("encoding_format"))
        {
            request.Base64 = field.Value.ValueEquals("base64");
        }
    }

    private static void ReadMessages(ModelRequest request, JsonElement array)
    {
        List<ModelMessage> messages = new(array.GetArrayLength());
        foreach (var element in array.EnumerateArray())
            messages.Add(ReadMessage(element));
        request.Take(messages);
    }

    private static ModelMessage ReadMessage(JsonElement element)
    {
        string role = "", text = "";
        string? callId = null, otherParts = null;
        IReadOnlyList<ModelToolCall> calls = [];
        foreach (var field in element.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.Null)
                continue;
            if (field.NameEquals("role"))
                role = field.Value.GetString()!;
            else if (field.NameEquals("content"))
                (text, otherParts) = ReadContent(field.Value);
            else if (field.NameEquals("tool_call_id"))
                callId = field.Value.GetString();
            else if (field.NameEquals("tool_calls"))
                calls = [.. field.Value.EnumerateArray().Select(ReadToolCall)];
        }

        return new ModelMessage(role, text) { ToolCallId = callId, ToolCalls = calls, OtherParts = otherParts };
    }

    private static (string Text, string? OtherParts) ReadContent(JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
            return (content.GetString()!, null);
        string? text = null, others = null;
        foreach (var part in content.EnumerateArray())
        {
            if (part.TryGetProperty("text", out var partText) && partText.ValueKind == JsonValueKind.String)
                text += partText.GetString();
            else
                others += part.GetRawText();
        }

        return (text ?? "", others);
    }

    private static ModelToolCall ReadToolCall(JsonElement call)
    {
        var id = call.TryGetProperty("id", out var idValue) ? idValue.GetString() : null;
        if (!call.TryGetProperty("function", out var function))
            return new ModelToolCall("", "", id);
        var name = function.TryGetProperty("name", out var nameValue) ? nameValue.GetString() : null;
        var arguments = function.TryGetProperty("arguments", out var argumentsValue) ? argumentsValue.GetString() : null;
        return new ModelToolCall(name ?? "", arguments ?? "", id);
    }

    private static string? ToolName(JsonElement tool) =>
        tool.TryGetProperty("function", out var function) && function.TryGetProperty("name", out var name) ? name.GetString() : null;

    /// <summary>The tool that <c>tool_choice</c> leaves no choice about.</summary>
    private static (string Name, JsonElement? Parameters)? ReadForcedTool(ModelRequest request)
    {
        if (!request.Json.TryGetProperty("tool_choice", out var choice))
            return null;
        string? name = null;
        if (choice.ValueKind == JsonValueKind.String && choice.ValueEquals("required"))
            name = request.Tools[0];
        else if (choice.ValueKind == JsonValueKind.Object && choice.TryGetProperty("function", out var function) && function.TryGetProperty("name", out var asked))
            name = asked.GetString();
        if (name is null)
            return null;
        foreach (var tool in request.Json.GetProperty("tools").EnumerateArray())
        {
            if (ToolName(tool) == name)
                return (name, tool.GetProperty("function").TryGetProperty("parameters", out var parameters) ? parameters : null);
        }

        return null;
    }

    private static void ReadResponseFormat(ModelRequest request, JsonElement format)
    {
        if (format.TryGetProperty("type", out var type))
            request.ResponseFormat = type.GetString();
        if (format.TryGetProperty("json_schema", out var definition) && definition.TryGetProperty("schema", out var schema))
            request.ResponseSchema = schema;
    }

    private static string[] ReadInputs(JsonElement input, out int tokens)
    {
        tokens = 0;
        if (input.ValueKind == JsonValueKind.String)
            return [ReadInput(input, ref tokens)];
        if (input.GetArrayLength() > 0 && input[0].ValueKind == JsonValueKind.Number)
            return [ReadInput(input, ref tokens)];
        var inputs = new string[input.GetArrayLength()];
        var i = 0;
        foreach (var element in input.EnumerateArray())
            inputs[i++] = ReadInput(element, ref tokens);
        return inputs;
    }

    private static string ReadInput(JsonElement input, ref int tokens)
    {
        if (input.ValueKind == JsonValueKind.Array)
        {
            tokens += input.GetArrayLength();
            return string.Join(',', input.EnumerateArray().Select(static token => token.GetRawText()));
        }

        var text = input.GetString()!;
        tokens += ModelServer.CountTokens(text);
        return text;
    }

    private static Dictionary<string, string> ReadMetadata(JsonElement metadata)
    {
        Dictionary<string, string> values = [];
        foreach (var field in metadata.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.String)
                values[field.Name] = field.Value.GetString()!;
        }

        return values;
    }
}
