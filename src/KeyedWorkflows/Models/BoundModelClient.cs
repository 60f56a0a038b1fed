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

    /// <summary>The profile's model where nothing else names one.</summary>
    protected abstract string? DefaultModelOf(StoredProfile? profile);

    /// <summary>Runs a call under the policy, and, where the model is not there, over its limit or failing, once more with the fallback model on the same payer.</summary>
    /// <param name="asked">The model that call, parameter or slot names.</param>
    /// <param name="fallback">The model to ask instead.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="attempt">One request: it gives back the lease, or hands it on with its result.</param>
    /// <param name="cancellationToken">The call's own token, beside the account's.</param>
    protected async Task<TResult> CallAsync<TRequest, TResult>(
        string? asked, string? fallback, TRequest request, Func<Attempt<TRequest>, Task<TResult>> attempt, CancellationToken cancellationToken)
    {
        CancellationTokenSource? linked = null;
        try
        {
            var token = Link(cancellationToken, out linked);
            string? used = null;
            try
            {
                return await clients.Policy.ExecuteAsync(RunAsync, asked, token).ConfigureAwait(false);
            }
            catch (ModelCallException error) when (fallback is not null && fallback != used && IsOfModel(error) && !token.IsCancellationRequested)
            {
                return await clients.Policy.ExecuteAsync(RunAsync, fallback, token).ConfigureAwait(false);
            }

            async ValueTask<TResult> RunAsync(string? model, CancellationToken token)
            {
                if (isClosed)
                    throw new ModelCallException(WorkflowErrorCodes.StepContract, $"A model client of step '{account.StepPath}' was used after it had been disposed.") { Binding = binding };
                var present = await clients.ReadPayerAsync(binding, token).ConfigureAwait(false);
                used = model ?? DefaultModelOf(present) ?? throw NoModel();
                account.BeforeCall();
                var mapped = ModelChoice.Mapped(present, used);
                var one = new Attempt<TRequest>(request, mapped, present, cancellationToken);
                try
                {
                    one.Lease = clients.Take(Kind, binding, present, mapped);
                    one.Clock = new TryClock(clients.Policy, token);
                    return await attempt(one).ConfigureAwait(false);
                }
                catch (Exception error)
                {
                    throw FaultOf(error, one.Clock, present, cancellationToken);
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
    protected Exception FaultOf(Exception error, TryClock? clock, StoredProfile? present, CancellationToken cancellationToken)
    {
        if (IsCancelled(cancellationToken))
            return Cancellation(cancellationToken);
        return clock is { IsUp: true }
            ? ProviderFault.TookTooLong(clients.Policy.TryTimeout, binding)
            : ProviderFault.Of(error, binding, new SecretScrubber(present, binding.Inline));
    }

    /// <summary>A stream outlives the call that opened it: it is refused where the step, or the client, has ended in between.</summary>
    protected void ThrowIfEnded()
    {
        if (isClosed || !account.IsOpen)
            throw new ModelCallException(WorkflowErrorCodes.StepContract, $"A stream of step '{account.StepPath}' was read after the step had ended. Read it to its end within the step.") { Binding = binding };
    }

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
        is WorkflowErrorCodes.ModelNotFound or WorkflowErrorCodes.RateLimited or WorkflowErrorCodes.ProviderFailed or WorkflowErrorCodes.ConnectionFailed;

    private ModelCallException NoModel() => new(
        WorkflowErrorCodes.ModelMissing,
        $"No model is named: neither by the call, nor by the step, nor by slot '{slot.Name}', nor by {(binding.Profile is null ? "a key" : $"profile '{binding.ProfileName}'")}.")
    { Binding = binding };
}
