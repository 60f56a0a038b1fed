using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>
/// The innermost client of one credential and model. It sends the model that it was built for, whatever the options ask; it throws nothing but <see cref="ModelCallException"/> and the
/// caller's cancellation; and it hands out nothing that reaches around it.
/// </summary>
internal sealed class KeyedChatClient(IChatClient inner, ProviderFaults faults, ChatClientMetadata metadata) : IChatClient
{
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (list, mine) = Prepare(messages, options);
        cancellationToken.ThrowIfCancellationRequested();
        SentMark sent = new();
        try
        {
            return await sent.StartAsync(static call => call.inner.GetResponseAsync(call.list, call.mine, call.cancellationToken), (inner, list, mine, cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception error) when (!sent.IsSet && IsOfBuilding(error))
        {
            throw ProviderFaults.OfBuilding(error);
        }
        catch (Exception error) when (error is not ModelCallException)
        {
            throw ProviderFaults.OfReading(error, cancellationToken);
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (list, mine) = Prepare(messages, options);
        cancellationToken.ThrowIfCancellationRequested();
        var hasFinished = false;
        StreamedRefusal refusal = new();
        var updates = Start(list, mine, cancellationToken);
        await using (updates.ConfigureAwait(false))
        {
            while (await MoveNextAsync(updates, cancellationToken).ConfigureAwait(false))
            {
                var update = updates.Current;
                if (ErrorIn(update) is { } error)
                    throw error;
                hasFinished |= update.FinishReason is not null;
                refusal.Read(update);

                // Tool calls come at the very end; without a finish reason before them the stream was cut, and their arguments may be too.
                if (!hasFinished && update.Contents.Any(content => content is FunctionCallContent))
                    throw ProviderFaults.CutStream();
                yield return update;
            }
        }

        // The library takes the end of the bytes for the end of the answer.
        if (!hasFinished)
            throw ProviderFaults.CutStream();
        if (refusal.Left() is { } last)
            yield return last;
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Nothing to let go: the connections belong to the transport.</summary>
    public void Dispose()
    {
    }

    private (IReadOnlyList<ChatMessage> Messages, ChatOptions? Options) Prepare(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);

        // Read now: what the caller's own sequence or factory throws is the caller's, not the provider's.
        IReadOnlyList<ChatMessage> list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        if (list.Count == 0)
            throw new ModelCallException(WorkflowErrorCodes.RequestRefused, "The request holds no message. Nothing was sent.");
        if (options is null or { ModelId: null, RawRepresentationFactory: null })
            return (list, options);
        var mine = options.Clone();
        mine.ModelId = null;
        if (mine.RawRepresentationFactory is { } factory)
        {
            var raw = factory(this);
            if (raw is ChatCompletionOptions native && native.Patch.Contains("$.model"u8))
                native.Patch.Set("$.model"u8, metadata.DefaultModelId!);
            mine.RawRepresentationFactory = _ => raw;
        }
        return (list, mine);
    }

    private IAsyncEnumerator<ChatResponseUpdate> Start(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            return inner.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        }
        catch (Exception error) when (error is not ModelCallException)
        {
            throw ProviderFaults.OfBuilding(error);
        }
    }

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<ChatResponseUpdate> updates, CancellationToken cancellationToken)
    {
        try
        {
            return await updates.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is not ModelCallException)
        {
            throw ProviderFaults.OfReading(error, cancellationToken);
        }
    }

    // Gateways report a fault in the middle of a stream as a piece that holds an error; the library would show it as an empty piece.
    private ModelCallException? ErrorIn(ChatResponseUpdate update) =>
        update.RawRepresentation is StreamingChatCompletionUpdate raw && raw.Patch.TryGetJson("$.error"u8, out var error) && !error.IsEmpty && !error.Span.SequenceEqual("null"u8)
            ? faults.OfStreamedError(error)
            : null;

    // A fault of these kinds before anything went out is the request's; the same after it is the answer's.
    private static bool IsOfBuilding(Exception error) =>
        error is ArgumentException or InvalidOperationException or NotSupportedException or FormatException or KeyNotFoundException or NullReferenceException;
}
