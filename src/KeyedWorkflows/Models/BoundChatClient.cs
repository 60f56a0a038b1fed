using System.Runtime.CompilerServices;
using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>The chat client that a step gets: bound to one payer and one step. It hands out nothing that reaches around it.</summary>
internal sealed class BoundChatClient(ModelClients clients, SlotBinding binding, SlotDefinition slot, StepAccount account, string? model, string? fallbackModel, object? toolValues)
    : BoundModelClient(clients, binding, slot, account), IChatClient
{
    protected override ClientKind Kind => ClientKind.Chat;

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        CallAsync(AskedModel(options), FallbackModel(options), (List(messages), options), RespondAsync, cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var stream = await CallAsync(AskedModel(options), FallbackModel(options), (List(messages), options), OpenAsync, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            foreach (var update in stream.Opening)
                yield return update;
            while (await MoveNextAsync(stream).ConfigureAwait(false))
                yield return stream.Current;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        if (serviceType == typeof(RunContext))
            return Account.Run;
        if (serviceType == typeof(ChatClientMetadata))
            return new ChatClientMetadata(Binding.Provider, defaultModelId: model ?? Slot.Model ?? Binding.Profile?.Model);
        if (toolValues is not null && serviceType == toolValues.GetType())
            return toolValues;
        return serviceType.IsInstanceOfType(this) ? this : null;
    }

    protected override string? DefaultModelOf(StoredProfile? profile) => profile?.Model;

    private async Task<ChatResponse> RespondAsync(Attempt<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> attempt)
    {
        var client = (IChatClient)attempt.Lease!.Value.Client;
        var response = await client.GetResponseAsync(attempt.Request.Messages, OptionsFor(attempt.Request.Options, attempt.Model), attempt.Token).ConfigureAwait(false);
        Account.AfterCall(response.Usage);
        return response;
    }

    /// <summary>Opens a stream up to its first piece of an answer: until then it may be tried again, or with another model, and nobody has seen anything of it.</summary>
    private async Task<BoundStream> OpenAsync(Attempt<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> attempt)
    {
        var client = (IChatClient)attempt.Lease!.Value.Client;
        var updates = client.GetStreamingResponseAsync(attempt.Request.Messages, OptionsFor(attempt.Request.Options, attempt.Model), attempt.Token);
        var stream = new BoundStream(updates.GetAsyncEnumerator(attempt.Token), attempt, Account);
        try
        {
            await stream.OpenAsync().ConfigureAwait(false);
            attempt.HandOn();
            return stream;
        }
        catch
        {
            await stream.AbandonAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<bool> MoveNextAsync(BoundStream stream)
    {
        ThrowIfEnded();
        try
        {
            return await stream.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            throw FaultOf(error, stream.Attempt.Clock, stream.Attempt.Payer, stream.Attempt.CancellationToken);
        }
    }

    private string? AskedModel(ChatOptions? options) => string.IsNullOrEmpty(options?.ModelId) ? model ?? Slot.Model : options.ModelId;

    private string? FallbackModel(ChatOptions? options) => (options as PromptOptions)?.FallbackModel ?? fallbackModel ?? Slot.FallbackModel;

    /// <summary>The caller's options are the caller's: the provider's name of the model goes into a copy.</summary>
    private static ChatOptions? OptionsFor(ChatOptions? options, string model)
    {
        if (options?.ModelId is null || options.ModelId == model)
            return options;
        var mine = options.Clone();
        mine.ModelId = model;
        return mine;
    }

    private static IReadOnlyList<ChatMessage> List(IEnumerable<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return messages as IReadOnlyList<ChatMessage> ?? [.. messages];
    }
}
