using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>
/// One call of a step that goes through the host's layers. Layers may answer by themselves, or call on several times, so that requests are counted, checked and booked beneath them:
/// the call flows there with the execution context, since layers may replace options and messages.
/// </summary>
internal sealed class LayeredCall(ModelClients clients, SlotBinding binding, StoredProfile? payer, StepAccount account, string model)
{
    private static readonly AsyncLocal<LayeredCall?> Flowing = new();

    /// <summary>The call under way here. What is set in an asynchronous method holds until it returns.</summary>
    public static LayeredCall? Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }

    public SlotBinding Binding => binding;

    /// <summary>The time of the try that the call is.</summary>
    public TryClock? Clock { get; set; }

    /// <summary>What keeps the answers of one payer, and of one tenant, apart from all others in a layer that caches by messages or options: not a secret.</summary>
    public string Partition => payer is null ? "run " + account.Run.RunId : $"{payer.Id} {account.Run.Tenant}";

    /// <summary>An answer that was made for another payer, or another tenant, is not this call's, whatever layer kept it.</summary>
    /// <param name="properties">What the answer carries besides its contents.</param>
    /// <exception cref="ModelCallException">The answer is another payer's (<c>step_contract</c>).</exception>
    public void ThrowIfForeign(AdditionalPropertiesDictionary? properties)
    {
        if (properties is not null && properties.TryGetValue(GuardedChatClient.PartitionProperty, out var stamp) && stamp?.ToString() != Partition)
        {
            throw new ModelCallException(
                WorkflowErrorCodes.StepContract,
                "A layer that was given to UseChatClient answered a call with what another payer's call had got. A layer that keeps answers must tell calls apart by their messages and options, both of which name the payer: put it inside of whatever replaces them.")
            { Binding = binding };
        }
    }

    /// <summary>Whether a client is that of this call's payer, in its revision.</summary>
    public bool IsPaidBy(StoredProfile? profile, InlineCredential? inline) =>
        ReferenceEquals(binding.Inline, inline) && payer?.Id == profile?.Id && payer?.Revision == profile?.Revision;

    /// <summary>Before each request, the first one too: a layer may have waited, and the payer may have been revoked or given another key meanwhile.</summary>
    /// <returns>What the request holds back of its limits; null where it has none.</returns>
    public async ValueTask<CallReservation?> BeginRequestAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        while (true)
        {
            var parties = await clients.ReadPartiesAsync(binding, account.Run.Caller, cancellationToken).ConfigureAwait(false);
            if (parties.Payer?.Revision != payer?.Revision)
                throw new ModelCallException(WorkflowErrorCodes.ProviderFailed, "The profile was changed while a layer of the host was at work on the call.") { IsTransient = true, Binding = binding };
            clients.Cooldowns.ThrowIfCooling(payer, model, binding);
            CallReservation? reservation = null;
            if (UsageLimiter.Limits(payer, parties.Caller))
            {
                // To wait for its turn is nothing that the provider is given time for.
                Clock?.Pause();
                try
                {
                    reservation = await clients.Limiter.ReserveAsync(
                        payer, parties.Caller, binding, ModelOf(options), CallSize.Of(messages, options, clients.Limiter.AssumedAnswerTokens), account.Run.Patience, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    Clock?.Resume();
                }
                if (reservation is null)
                    continue;
            }
            account.BeforeCall(reservation);
            return reservation;
        }
    }

    /// <summary>Notes a request that was begun, where somebody listens. A layer may ask another model than the step.</summary>
    public CallRecording? Record(ChatOptions? options, IReadOnlyList<ChatMessage> messages, CallReservation? reservation)
    {
        var recording = CallRecording.Begin(account, binding, payer, ClientKind.Chat, ModelOf(options), reservation);
        recording?.Sends(messages, options);
        return recording;
    }

    /// <summary>Why a request was cancelled: its time was up, that of the run, or it is not wanted any more.</summary>
    public string CancellationCode() =>
        Clock is { IsUp: true } ? WorkflowErrorCodes.ProviderTimedOut : account.Run.TimeIsUp ? WorkflowErrorCodes.TimeLimitReached : WorkflowErrorCodes.Stopped;

    public void Book(UsageDetails? usage) => account.AfterCall(usage);

    private string ModelOf(ChatOptions? options) => string.IsNullOrEmpty(options?.ModelId) ? model : options.ModelId;
}
