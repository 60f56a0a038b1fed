using KeyedWorkflows.Runtime;

namespace KeyedWorkflows;

/// <summary>
/// What the clients that a step gets have in common. Before each request to a provider, retries included, the step's account is asked, and the payer is read anew from its store.
/// What goes wrong comes out as <see cref="ModelCallException"/>, or as the cancellation of the token that was cancelled. Safe for use from several threads.
/// </summary>
internal abstract class BoundModelClient(ModelClients clients, SlotBinding binding, SlotDefinition slot, StepAccount account) : IDisposable
{
    private volatile bool isClosed;

    protected SlotBinding Binding => binding;

    protected SlotDefinition Slot => slot;

    protected StepAccount Account => account;

    protected abstract ClientKind Kind { get; }

    /// <summary>Closes this client. The one behind it is shared, and goes on.</summary>
    public void Dispose() => isClosed = true;

    /// <summary>The host's layers around the client; null where there are none.</summary>
    protected virtual ChatClientLayerSet? Layers => null;

    protected ModelClients Clients => clients;

    /// <summary>The profile's model where nothing else names one.</summary>
    protected abstract string? DefaultModelOf(StoredProfile? profile);

    /// <summary>Runs a call under the policy, and, where the model is not there, over its limit or failing, once more with the fallback model on the same payer.</summary>
    /// <param name="asked">The model that call, parameter or slot names.</param>
    /// <param name="fallback">The model to ask instead.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="size">The most that the request may use; asked only where somebody has limits. The number is that of an answer whose length the call leaves open.</param>
    /// <param name="attempt">One request: it gives back the lease, or hands it on with its result.</param>
    /// <param name="cancellationToken">The call's own token, beside the account's.</param>
    protected async Task<TResult> CallAsync<TRequest, TResult>(
        string? asked, string? fallback, TRequest request, Func<TRequest, int, CallSize> size, Func<Attempt<TRequest>, Task<TResult>> attempt, CancellationToken cancellationToken)
    {
        CancellationTokenSource? linked = null;
        try
        {
            var token = Link(cancellationToken, out linked);
            string? used = null;
            try
            {
                ModelCallException fault;
                try
                {
                    // The first try goes past the policy: a call that succeeds pays nothing for the retries that it does not need.
                    token.ThrowIfCancellationRequested();
                    return await RunAsync(asked, token).ConfigureAwait(false);
                }
                catch (ModelCallException first) when (clients.Policy.Retries(first))
                {
                    fault = first;
                }
                return await clients.Policy.RetryAsync(RunAsync, asked, fault, token).ConfigureAwait(false);
            }
            catch (ModelCallException error) when (fallback is not null && fallback != used && IsOfModel(error) && !token.IsCancellationRequested)
            {
                return await clients.Policy.ExecuteAsync(RunAsync, fallback, token).ConfigureAwait(false);
            }

            async ValueTask<TResult> RunAsync(string? model, CancellationToken token)
            {
                if (isClosed)
                    throw new ModelCallException(WorkflowErrorCodes.StepContract, $"A model client of step '{account.StepPath}' was used after it had been disposed.") { Binding = binding };
                account.ThrowIfForeign();
                var layers = Layers;
                if (layers is not null && !account.IsOpen)
                    throw Ended("A model client");
                StoredProfile? present;
                string mapped;
                CallReservation? reservation = null;
                while (true)
                {
                    // Anew after each wait for its turn: who was revoked meanwhile does not pay.
                    var parties = await clients.ReadPartiesAsync(binding, account.Run.Caller, token).ConfigureAwait(false);
                    present = parties.Payer;
                    used = model ?? DefaultModelOf(present) ?? throw NoModel();
                    mapped = ModelChoice.Mapped(present, used);
                    clients.Cooldowns.ThrowIfCooling(present, mapped, binding);

                    // Beneath layers each request of theirs is held to the limits, and counted.
                    if (layers is not null || !UsageLimiter.Limits(present, parties.Caller))
                        break;
                    reservation = await clients.Limiter.ReserveAsync(present, parties.Caller, binding, mapped, size(request, clients.Limiter.AssumedAnswerTokens), account.Run.Patience, token).ConfigureAwait(false);
                    if (reservation is not null)
                        break;
                }
                if (layers is null)
                    account.BeforeCall(reservation);
                var one = new Attempt<TRequest>(request, mapped, present, cancellationToken) { Layered = layers is null ? null : new LayeredCall(clients, binding, present, account, mapped) };
                if (layers is null)
                    one.Recording = CallRecording.Begin(account, binding, present, Kind, mapped, reservation);
                try
                {
                    one.Lease = clients.Take(new ClientKey(Kind, mapped, layers), binding, present);
                    one.Clock = new TryClock(clients.Policy, account.Token, cancellationToken);
                    if (one.Layered is not null)
                        one.Layered.Clock = one.Clock;
                    return await attempt(one).ConfigureAwait(false);
                }
                catch (Exception error)
                {
                    var fault = FaultOf(error, one, present);
                    one.Recording?.Fail(fault);
                    clients.Cooldowns.Note(present, mapped, fault);
                    throw fault;
                }
                finally
                {
                    one.Release();
                }
            }
        }
        catch (OperationCanceledException) when (IsCancelled(cancellationToken))
        {
            throw Cancellation(cancellationToken);
        }
        finally
        {
            linked?.Dispose();
        }
    }

    /// <summary>What a failed request is to the step.</summary>
    protected Exception FaultOf<TRequest>(Exception error, Attempt<TRequest> attempt, StoredProfile? present)
    {
        if (IsCancelled(attempt.CancellationToken))
            return Cancellation(attempt.CancellationToken);
        if (attempt.Clock is { IsUp: true })
            return ProviderFault.TookTooLong(clients.Policy.TryTimeout, binding);

        // What the provider threw was cleaned beneath the layers: anything else is a layer's own, and so the author's.
        return attempt.Layered is not null && error is not ModelCallException and not OperationCanceledException
            ? error
            : ProviderFault.Of(error, binding, new SecretScrubber(present, binding.Inline));
    }

    /// <summary>A stream outlives the call that opened it: it is refused where the step, or the client, has ended in between.</summary>
    protected void ThrowIfEnded()
    {
        if (isClosed || !account.IsOpen)
            throw Ended("A stream");
        account.ThrowIfForeign();
    }

    protected ModelCallException Ended(string what) => new(
        WorkflowErrorCodes.StepContract, $"{what} of step '{account.StepPath}' was used after the step had ended. It is for the step that takes it, and to be used up within it.")
    { Binding = binding };

    private CancellationToken Link(CancellationToken cancellationToken, out CancellationTokenSource? linked)
    {
        linked = null;
        if (!cancellationToken.CanBeCanceled || cancellationToken == account.Token)
            return account.Token;
        linked = CancellationTokenSource.CreateLinkedTokenSource(account.Token, cancellationToken);
        return linked.Token;
    }

    private bool IsCancelled(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested || account.Token.IsCancellationRequested;

    private Exception Cancellation(CancellationToken cancellationToken)
    {
        if (!account.Token.IsCancellationRequested)
            return new OperationCanceledException("The model call was cancelled.", cancellationToken);
        try
        {
            account.Run.ThrowIfTimeIsUp();
        }
        catch (ModelCallException timeIsUp)
        {
            return timeIsUp;
        }
        return new OperationCanceledException("The step was cancelled.", account.Token);
    }

    /// <summary>Faults that another model of the same payer may not have. A refused key, an empty purse or a content filter is not one of them.</summary>
    private static bool IsOfModel(ModelCallException error) => error.Code
        is WorkflowErrorCodes.ModelNotFound or WorkflowErrorCodes.RateLimited or WorkflowErrorCodes.ProviderFailed or WorkflowErrorCodes.ConnectionFailed or WorkflowErrorCodes.ProviderTimedOut;

    private ModelCallException NoModel() => new(
        WorkflowErrorCodes.ModelMissing,
        $"No model is named: neither by the call, nor by the step, nor by slot '{slot.Name}', nor by {(binding.Profile is null ? "a key" : $"profile '{binding.ProfileName}'")}.")
    { Binding = binding };
}
