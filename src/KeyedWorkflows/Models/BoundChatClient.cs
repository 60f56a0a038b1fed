using System.Runtime.CompilerServices;
using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>The chat client that a step gets: bound to one payer and one step. It hands out nothing that reaches around it.</summary>
internal sealed class BoundChatClient(ModelClients clients, SlotBinding binding, SlotDefinition slot, StepAccount account, string? model, string? fallbackModel, object? toolValues)
    : BoundModelClient(clients, binding, slot, account), IChatClient
{
    protected override ClientKind Kind => ClientKind.Chat;

    protected override ChatClientLayerSet? Layers => Clients.Layers.For(Account.Workflow.Name, Slot.Name);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        CallAsync(AskedModel(options), FallbackModel(options), (List(messages), options), Size, RespondAsync, cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var stream = await CallAsync(AskedModel(options), FallbackModel(options), (List(messages), options), Size, OpenAsync, cancellationToken).ConfigureAwait(false);
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
        if (attempt.Layered is not null)
            LayeredCall.Current = attempt.Layered;
        attempt.Recording?.Sends(attempt.Request.Messages, attempt.Request.Options);
        var response = await client.GetResponseAsync(MessagesFor(attempt), OptionsFor(attempt), attempt.Token).ConfigureAwait(false);
        if (attempt.Layered is null)
            Account.AfterCall(response.Usage);
        else
            attempt.Layered.ThrowIfForeign(response.AdditionalProperties);
        attempt.Recording?.End(response);
        return response;
    }

    /// <summary>Opens a stream up to its first piece of an answer: until then it may be tried again, or with another model, and nobody has seen anything of it.</summary>
    private async Task<BoundStream> OpenAsync(Attempt<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> attempt)
    {
        var client = (IChatClient)attempt.Lease!.Value.Client;
        attempt.Recording?.Sends(attempt.Request.Messages, attempt.Request.Options);
        var updates = client.GetStreamingResponseAsync(MessagesFor(attempt), OptionsFor(attempt), attempt.Token);
        var stream = new BoundStream(updates.GetAsyncEnumerator(attempt.Token), attempt, Account);
        try
        {
            await stream.OpenAsync().ConfigureAwait(false);
            if (!Account.TryKeep(stream))
                throw Ended("A stream");
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
        bool isMore;
        try
        {
            isMore = await stream.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            var fault = FaultOf(error, stream.Attempt, stream.Attempt.Payer);
            stream.Attempt.Recording?.Fail(fault);
            if (fault is ModelCallException broken)
                broken.IsOfOpenStream = true;
            throw fault;
        }

        // The step may have ended while this piece came: nobody else lets go of the stream then.
        ThrowIfEnded();
        return isMore;
    }

    private static readonly Func<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options), int, CallSize> Size = static (request, assumed) => CallSize.Of(request.Messages, request.Options, assumed);

    private string? AskedModel(ChatOptions? options) => string.IsNullOrEmpty(options?.ModelId) ? model ?? Slot.Model : options.ModelId;

    private string? FallbackModel(ChatOptions? options) => (options as PromptOptions)?.FallbackModel ?? fallbackModel ?? Slot.FallbackModel;

    /// <summary>Where layers lie around the client, the first message names the payer too, for those that keep answers by messages.</summary>
    private static IReadOnlyList<ChatMessage> MessagesFor(Attempt<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> attempt)
    {
        if (attempt.Layered is not { } layered || attempt.Request.Messages is not [{ } first, ..])
            return attempt.Request.Messages;
        var named = first.Clone();
        named.AdditionalProperties = new(first.AdditionalProperties ?? []) { [GuardedChatClient.PartitionProperty] = layered.Partition };
        return [named, .. attempt.Request.Messages.Skip(1)];
    }

    /// <summary>
    /// The caller's options are the caller's: what differs goes into a copy. A factory of raw options would be shown the provider's own client, which outlives the step and books to nobody: it gets this one.
    /// </summary>
    private ChatOptions? OptionsFor(Attempt<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> attempt)
    {
        var options = attempt.Request.Options;
        var isRenamed = options?.ModelId is { } asked && asked != attempt.Model;
        if (!isRenamed && options?.RawRepresentationFactory is null && attempt.Layered is null)
            return options;
        var mine = options?.Clone() ?? new ChatOptions();
        if (isRenamed)
            mine.ModelId = attempt.Model;
        if (mine.RawRepresentationFactory is { } factory)
            mine.RawRepresentationFactory = _ => factory(this);
        if (attempt.Layered is { } layered)
            (mine.AdditionalProperties ??= [])[GuardedChatClient.PartitionProperty] = layered.Partition;
        return mine;
    }

    private static IReadOnlyList<ChatMessage> List(IEnumerable<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return messages as IReadOnlyList<ChatMessage> ?? [.. messages];
    }
}
