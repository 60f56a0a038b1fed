using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>
/// Stands between a provider's client and the host's layers. Each request is counted, checked and booked here; what fails comes out without the credential's secrets before a layer that logs or
/// traces can see it; and nothing that a layer can ask for reaches the provider's client. It works within a call of its own payer alone.
/// </summary>
internal sealed class GuardedChatClient(IChatClient inner, StoredProfile? profile, InlineCredential? inline) : IChatClient
{
    /// <summary>
    /// What messages, options and answers carry, so that layers which cache tell payers and tenants apart. In requests it goes no further than here. It is on messages and options both, since layers replace the
    /// one or the other; and on answers, so that one which was kept without regard to either is known for another payer's.
    /// </summary>
    public const string PartitionProperty = "keyedworkflows.payer";

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var call = Call();
        List<ChatMessage> sent = [.. MessagesFor(messages)];
        var reservation = await call.BeginRequestAsync(sent, options, cancellationToken).ConfigureAwait(false);
        var recording = call.Record(options, sent, reservation);
        try
        {
            var response = await inner.GetResponseAsync(sent, OptionsFor(options), cancellationToken).ConfigureAwait(false);
            call.Book(response.Usage);
            recording?.End(response);
            (response.AdditionalProperties ??= [])[PartitionProperty] = call.Partition;
            return response;
        }
        catch (Exception error)
        {
            throw FaultOf(error, call, recording, cancellationToken);
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var call = Call();
        List<ChatMessage> sent = [.. MessagesFor(messages)];
        var reservation = await call.BeginRequestAsync(sent, options, cancellationToken).ConfigureAwait(false);
        var recording = call.Record(options, sent, reservation);
        UsageDetails? usage = null;
        var isWhole = false;
        var updates = Open(sent, options, call, recording, cancellationToken);
        try
        {
            while (await MoveNextAsync(updates, call, recording, cancellationToken).ConfigureAwait(false))
            {
                ModelStreams.NoteUsage(ref usage, updates.Current);
                recording?.Note(updates.Current);
                (updates.Current.AdditionalProperties ??= [])[PartitionProperty] = call.Partition;
                yield return updates.Current;
            }
            isWhole = true;
        }
        finally
        {
            // Booked however the stream ends.
            if (usage is not null)
                call.Book(usage);
            if (isWhole)
                recording?.End();
            else
                recording?.Leave(null);
            await updates.LetGoAsync().ConfigureAwait(false);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? inner.GetService(typeof(ChatClientMetadata))
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose() => inner.Dispose();

    private LayeredCall Call()
    {
        if (LayeredCall.Current is { } call && call.IsPaidBy(profile, inline))
            return call;
        throw new ModelCallException(
            WorkflowErrorCodes.StepContract,
            "A layer that was given to UseChatClient called a client outside of a call of its own payer. A layer calls the client that it was given, within the call that it was given.");
    }

    private static IEnumerable<ChatMessage> MessagesFor(IEnumerable<ChatMessage> messages)
    {
        foreach (var message in messages)
        {
            if (message.AdditionalProperties?.ContainsKey(PartitionProperty) != true)
            {
                yield return message;
                continue;
            }
            var mine = message.Clone();
            mine.AdditionalProperties = message.AdditionalProperties.Count == 1 ? null : new(message.AdditionalProperties);
            mine.AdditionalProperties?.Remove(PartitionProperty);
            yield return mine;
        }
    }

    private ChatOptions? OptionsFor(ChatOptions? options)
    {
        if (options is null || (options.RawRepresentationFactory is null && options.AdditionalProperties?.ContainsKey(PartitionProperty) != true))
            return options;
        var mine = options.Clone();
        mine.AdditionalProperties?.Remove(PartitionProperty);
        if (mine.AdditionalProperties is { Count: 0 })
            mine.AdditionalProperties = null;
        if (mine.RawRepresentationFactory is { } factory)
            mine.RawRepresentationFactory = _ => factory(this);
        return mine;
    }

    // Clients that are no iterators check what they are given at once.
    private IAsyncEnumerator<ChatResponseUpdate> Open(List<ChatMessage> sent, ChatOptions? options, LayeredCall call, CallRecording? recording, CancellationToken cancellationToken)
    {
        try
        {
            return inner.GetStreamingResponseAsync(sent, OptionsFor(options), cancellationToken).GetAsyncEnumerator(cancellationToken);
        }
        catch (Exception error)
        {
            throw FaultOf(error, call, recording, cancellationToken);
        }
    }

    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<ChatResponseUpdate> updates, LayeredCall call, CallRecording? recording, CancellationToken cancellationToken)
    {
        try
        {
            return await updates.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            throw FaultOf(error, call, recording, cancellationToken);
        }
    }

    private Exception FaultOf(Exception error, LayeredCall call, CallRecording? recording, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            recording?.Leave(call.CancellationCode());
            return new OperationCanceledException("The model call was cancelled.", cancellationToken);
        }
        var fault = ProviderFault.Of(error, call.Binding, new SecretScrubber(profile, inline));
        recording?.Fail(fault);
        return fault;
    }
}
