using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Testing;

/// <summary>A chat client that answers as <see cref="ScriptedModels"/> say. Like a provider's it throws nothing but <see cref="ModelCallException"/> and cancellations.</summary>
internal sealed class ScriptedChatClient(ScriptedModels models, string model, RunContext? run) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new(ScriptedModelProvider.OwnName, defaultModelId: model);

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var request = ScriptedRequest.OfChat(models.NextNumber(), model, messages, options, isStreaming: false);
        var answer = (await models.FindAsync(request, cancellationToken).ConfigureAwait(false))!;
        if (answer.Fault is { } fault)
            throw await ScriptedFault.OfAsync(fault, isStreamed: false, cancellationToken).ConfigureAwait(false);
        List<AIContent> contents = string.IsNullOrEmpty(answer.Content) ? [] : [new TextContent(answer.Content)];
        contents.AddRange(OtherContents(request, answer));
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents) { MessageId = IdOf(request) })
        {
            ResponseId = IdOf(request),
            ModelId = answer.Model ?? model,
            FinishReason = new ChatFinishReason(ChatParts.FinishReason(answer)),
            Usage = UsageOf(request, answer),
        };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var request = ScriptedRequest.OfChat(models.NextNumber(), model, messages, options, isStreaming: true);
        var answer = (await models.FindAsync(request, cancellationToken).ConfigureAwait(false))!;
        if (answer.Fault is { } fault)
        {
            for (var sent = 0; sent < fault.ChunksBefore; sent++)
                yield return Update(request, answer, new TextContent("piece "));
            throw await ScriptedFault.OfAsync(fault, isStreamed: true, cancellationToken).ConfigureAwait(false);
        }

        for (var sent = 0; sent < answer.Pieces.Length; sent++)
        {
            if (sent > 0 && sent == answer.GateAfterChunks)
                await HoldAsync(answer, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            yield return Update(request, answer, new TextContent(answer.Pieces[sent]));
        }

        if (answer.Pieces.Length > 0 && answer.Pieces.Length <= answer.GateAfterChunks)
            await HoldAsync(answer, cancellationToken).ConfigureAwait(false);
        var last = Update(request, answer, [.. OtherContents(request, answer), new UsageContent(UsageOf(request, answer))]);
        last.FinishReason = new ChatFinishReason(ChatParts.FinishReason(answer));
        yield return last;
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType == typeof(RunContext) ? run
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose()
    {
    }

    private ChatResponseUpdate Update(ModelRequest request, ModelAnswer answer, params List<AIContent> contents) =>
        new(ChatRole.Assistant, contents) { ResponseId = IdOf(request), MessageId = IdOf(request), ModelId = answer.Model ?? model };

    /// <summary>All of an answer but its text.</summary>
    private static AIContent[] OtherContents(ModelRequest request, ModelAnswer answer) =>
    [
        .. answer.Refusal is { } refusal ? [new ErrorContent(refusal) { ErrorCode = "Refusal" }] : Array.Empty<AIContent>(),
        .. answer.ToolCalls.Select((call, index) => FunctionCallContent.CreateFromParsedArguments(call.Arguments, ChatParts.CallId(request, call, index), call.Name, Parse)),
    ];

    private static IDictionary<string, object?>? Parse(string arguments) =>
        (IDictionary<string, object?>?)JsonSerializer.Deserialize(arguments, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>)));

    private static UsageDetails UsageOf(ModelRequest request, ModelAnswer answer)
    {
        var tokens = ChatParts.Tokens(request, answer);
        return new UsageDetails
        {
            InputTokenCount = tokens.Prompt,
            OutputTokenCount = tokens.Completion,
            TotalTokenCount = tokens.Prompt + tokens.Completion,
            CachedInputTokenCount = tokens.Cached,
            ReasoningTokenCount = tokens.Reasoning,
        };
    }

    private static Task HoldAsync(ModelAnswer answer, CancellationToken cancellationToken) => answer.Gate?.WaitAsync(cancellationToken) ?? Task.CompletedTask;

    private static string IdOf(ModelRequest request) => string.Create(CultureInfo.InvariantCulture, $"scripted-{request.Number}");
}
