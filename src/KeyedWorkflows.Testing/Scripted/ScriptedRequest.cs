using System.Text.Json;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Testing;

/// <summary>What a scripted model is asked, in the form in which rules read requests.</summary>
internal static class ScriptedRequest
{
    private static readonly JsonSerializerOptions s_json = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    public static ModelRequest OfChat(long number, string model, IEnumerable<ChatMessage> messages, ChatOptions? options, bool isStreaming)
    {
        List<ModelMessage> taken = [];
        if (!string.IsNullOrEmpty(options?.Instructions))
            taken.Add(new ModelMessage("system", options.Instructions));
        foreach (var message in messages)
            taken.AddRange(Of(message));
        if (taken.Count == 0)
            throw new ModelCallException(WorkflowErrorCodes.RequestRefused, "The request holds no message. Nothing was asked.");

        ModelRequest request = new(number, ModelOperation.Chat, model, CallFlow.Site) { IsStreaming = isStreaming, IncludeUsage = isStreaming };
        request.Take(taken);
        request.Tools = [.. options?.Tools?.Select(static tool => tool.Name) ?? []];
        request.ForcedTool = ForcedTool(options);
        (request.ResponseFormat, request.ResponseSchema) = options?.ResponseFormat switch
        {
            ChatResponseFormatJson { Schema: { } schema } => ("json_schema", schema),
            ChatResponseFormatJson => ("json_object", null),
            ChatResponseFormatText => ("text", null),
            _ => ((string?)null, (JsonElement?)null),
        };
        return request;
    }

    public static ModelRequest OfEmbeddings(long number, string model, string[] values, EmbeddingGenerationOptions? options) =>
        new(number, ModelOperation.Embeddings, model, CallFlow.Site)
        {
            Inputs = values,
            Dimensions = options?.Dimensions,
            PromptTokens = values.Sum(ModelServer.CountTokens),
        };

    private static IEnumerable<ModelMessage> Of(ChatMessage message)
    {
        // A provider takes each tool's result as a message of its own.
        var results = message.Contents.OfType<FunctionResultContent>().ToArray();
        foreach (var result in results)
            yield return new ModelMessage("tool", ResultText(result)) { ToolCallId = result.CallId };
        var calls = message.Contents.OfType<FunctionCallContent>().Select(static call => new ModelToolCall(call.Name, ArgumentsText(call), call.CallId)).ToArray();
        if (results.Length == 0 || calls.Length > 0 || message.Text.Length > 0)
            yield return new ModelMessage(message.Role.Value, message.Text) { ToolCalls = calls };
    }

    private static (string Name, JsonElement? Parameters)? ForcedTool(ChatOptions? options)
    {
        if (options is not { Tools.Count: > 0, ToolMode: RequiredChatToolMode required })
            return null;
        var tool = options.Tools.FirstOrDefault(tool => required.RequiredFunctionName is null || tool.Name == required.RequiredFunctionName);
        return tool is null ? null : (tool.Name, (tool as AIFunctionDeclaration)?.JsonSchema);
    }

    private static string ArgumentsText(FunctionCallContent call) =>
        call.Arguments is { } arguments ? JsonSerializer.Serialize(arguments, s_json.GetTypeInfo(typeof(IDictionary<string, object?>))) : "{}";

    private static string ResultText(FunctionResultContent result) => result.Result switch
    {
        null => "",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
        JsonElement json => json.GetRawText(),
        var other => JsonSerializer.Serialize(other, s_json.GetTypeInfo(typeof(object))),
    };
}
