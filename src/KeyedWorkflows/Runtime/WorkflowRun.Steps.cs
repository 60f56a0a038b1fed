using System.Text;

namespace KeyedWorkflows.Runtime;

// Managed steps: model clients, attempts, time-outs, optional results, streams, sub-workflows.
public sealed partial class WorkflowRun
{
    /// <summary>Runs a step.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="body">Calls the step's method with what the scope gives. Called once an attempt.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    /// <returns>The result, after it was handed over.</returns>
    public Task<T> StepAsync<T>(int step, Func<StepScope, Task<T>> body, CancellationToken ct)
    {
        var definition = Definition.StepAt(step);
        return IsObserved || definition is not { Attempts: 1, TimeoutSeconds: 0 } ? ObservedStepAsync(step, body, ct) : OnceAsync(definition, body, ct);
    }

    private async Task<T> ObservedStepAsync<T>(int step, Func<StepScope, Task<T>> body, CancellationToken ct)
    {
        Begin(step, ct);
        var (result, account) = await TracedAsync(step, AttemptAsync(Definition.StepAt(step), null, body, ct)).ConfigureAwait(false);
        if (IsObserved)
        {
            if (Observer!.Checkpoint is not null)
                await SaveAsync(new(step), Write(step, result, account.IsPartial)).ConfigureAwait(false);
            TellFinished(account.Step, result, account.Attempt, account.Usage);
        }
        ThrowIfCeilingReached(account);
        return result;
    }

    /// <summary>Runs a step without result.</summary>
    /// <param name="step">The step's number.</param>
    /// <param name="body">Calls the step's method with what the scope gives. Called once an attempt.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    /// <returns>Ends when that is handed over.</returns>
    public async Task StepAsync(int step, Func<StepScope, Task> body, CancellationToken ct)
    {
        Begin(step, ct);
        var (_, account) = await TracedAsync(step, AttemptAsync(Definition.StepAt(step), null, WithoutResult(body), ct)).ConfigureAwait(false);
        if (IsObserved)
        {
            await SaveAsync(new(step), StepValue.Finished(NullJson, account.IsPartial)).ConfigureAwait(false);
            TellFinished(account.Step, null, account.Attempt, account.Usage);
        }
        ThrowIfCeilingReached(account);
    }

    /// <summary>Runs a step whose method returns a <see cref="ValueTask{TResult}"/>.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="body">Calls the step's method with what the scope gives. Called once an attempt.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    /// <returns>The result, after it was handed over.</returns>
    public Task<T> StepValueAsync<T>(int step, Func<StepScope, ValueTask<T>> body, CancellationToken ct) => StepAsync(step, scope => body(scope).AsTask(), ct);

    /// <summary>Runs a step whose method returns a <see cref="ValueTask"/>.</summary>
    /// <param name="step">The step's number.</param>
    /// <param name="body">Calls the step's method with what the scope gives. Called once an attempt.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    /// <returns>Ends when that is handed over.</returns>
    public Task StepValueAsync(int step, Func<StepScope, ValueTask> body, CancellationToken ct) => StepAsync(step, scope => body(scope).AsTask(), ct);

    /// <summary>Runs a step that yields its text in pieces: each is an event, and the whole text is the result.</summary>
    /// <param name="step">The step's number.</param>
    /// <param name="body">Calls the step's method with what the scope gives. Called once an attempt.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    /// <returns>The whole text, after it was handed over.</returns>
    public Task<string> StreamAsync(int step, Func<StepScope, IAsyncEnumerable<string>> body, CancellationToken ct) => StepAsync(step, scope => GatherAsync(scope, body(scope)), ct);

    /// <summary>Runs a step whose failure counts as an absent result.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="body">Calls the step's method with what the scope gives. Called once an attempt.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    /// <returns>The result; null where the step failed.</returns>
    public async Task<T?> OptionalAsync<T>(int step, Func<StepScope, Task<T>> body, CancellationToken ct)
        where T : class?
    {
        try
        {
            return await StepAsync(step, body, ct).ConfigureAwait(false);
        }
        catch (WorkflowRunException failure) when (GoesOnAfter(failure))
        {
            await GiveUpAsync(step).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Runs a step with a result of a value type, whose failure counts as an absent result.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="body">Calls the step's method with what the scope gives. Called once an attempt.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    /// <returns>The result; null where the step failed.</returns>
    public async Task<T?> OptionalValueAsync<T>(int step, Func<StepScope, Task<T>> body, CancellationToken ct)
        where T : struct
    {
        try
        {
            return await StepAsync(step, body, ct).ConfigureAwait(false);
        }
        catch (WorkflowRunException failure) when (GoesOnAfter(failure))
        {
            await GiveUpAsync(step).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Runs a step with a result of a nullable value type, whose failure counts as an absent result.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="body">Calls the step's method with what the scope gives. Called once an attempt.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    /// <returns>The result; null where there is none, or the step failed.</returns>
    public async Task<T?> OptionalValueAsync<T>(int step, Func<StepScope, Task<T?>> body, CancellationToken ct)
        where T : struct
    {
        try
        {
            return await StepAsync(step, body, ct).ConfigureAwait(false);
        }
        catch (WorkflowRunException failure) when (GoesOnAfter(failure))
        {
            await GiveUpAsync(step).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Runs a step without result that may fail.</summary>
    /// <param name="step">The step's number.</param>
    /// <param name="body">Calls the step's method with what the scope gives. Called once an attempt.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    /// <returns>Whether it succeeded.</returns>
    public async Task<bool> OptionalAsync(int step, Func<StepScope, Task> body, CancellationToken ct)
    {
        try
        {
            await StepAsync(step, body, ct).ConfigureAwait(false);
            return true;
        }
        catch (WorkflowRunException failure) when (GoesOnAfter(failure))
        {
            await GiveUpAsync(step).ConfigureAwait(false);
            return false;
        }
    }

    /// <summary>Runs a step that yields its text in pieces, whose failure counts as an absent result.</summary>
    /// <param name="step">The step's number.</param>
    /// <param name="body">Calls the step's method with what the scope gives. Called once an attempt.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    /// <returns>The whole text; null where the step failed.</returns>
    public Task<string?> OptionalStreamAsync(int step, Func<StepScope, IAsyncEnumerable<string>> body, CancellationToken ct) =>
        OptionalAsync<string>(step, scope => GatherAsync(scope, body(scope)), ct);

    /// <summary>Runs another workflow under this run's binding. Used inside the body of a managed step.</summary>
    /// <typeparam name="TWorkflow">The child's class.</typeparam>
    /// <typeparam name="TInput">What it is given.</typeparam>
    /// <typeparam name="TOutput">What it yields.</typeparam>
    /// <param name="scope">The scope of the step.</param>
    /// <param name="input">The child's input. It is checked as in a run of its own.</param>
    /// <param name="slots">For each slot of the child the number of the slot here that pays.</param>
    /// <returns>The child's output.</returns>
    public Task<TOutput> SubWorkflowAsync<TWorkflow, TInput, TOutput>(StepScope scope, TInput input, params ReadOnlySpan<int> slots)
        where TWorkflow : IWorkflowClass<TInput, TOutput>
    {
        var child = TWorkflow.Definition;

        // Before the run, which may hold a clock: only one that starts is ended.
        var bound = child.SlotCount == 0 ? RunBinding.Empty : Host.Binder.BindChild(Binding, child, slots);
        var setup = new RunSetup
        {
            Caller = Caller,
            Parent = scope.Account,
            Listener = Observer?.Listener,
            Checkpoint = Observer?.Checkpoint?.Nested(new(scope.Account.Step.Index, scope.Account.Element)),
        };
        var run = new WorkflowRun(Host, child, options, setup, scope.CancellationToken);
        return child.StartAsync(run, input, RunCredentials.None, bound);
    }

    /// <summary>Ends the span of a step with its work, where there is one.</summary>
    private Task<T> TracedAsync<T>(int step, Task<T> work) => Trace is { } trace ? TracedAsync(trace, step, work) : work;

    private async Task<T> TracedAsync<T>(RunTrace trace, int step, Task<T> work)
    {
        try
        {
            var result = await work.ConfigureAwait(false);
            trace.StepEnds(step);
            return result;
        }
        catch (Exception error)
        {
            trace.StepFails(this, step, error);
            throw;
        }
    }

    /// <summary>Runs a step, or an element of one, as often as it may be tried.</summary>
    private async Task<(T Result, StepAccount Account)> AttemptAsync<T>(StepDefinition step, int? element, Func<StepScope, Task<T>> body, CancellationToken ct)
    {
        StepAccount? account = null;
        while (true)
        {
            using var timeout = step.TimeoutSeconds > 0 ? new RunControl(TimeSpan.FromSeconds(step.TimeoutSeconds), Host.Time, ct) : null;
            account = new(this, step, element, account, timeout?.Token ?? ct);
            StepAccount.Current = account;
            Exception failure;
            var isRepeated = false;
            try
            {
                var result = await body(new(account)).ConfigureAwait(false);
                if (result is null && step.RequiresResult)
                    throw NullResult(step.Index);
                return (result, account);
            }
            catch (OperationCanceledException) when (timeout is { TimeIsUp: true })
            {
                failure = Map(new ModelCallException(WorkflowErrorCodes.StepTimedOut, $"It took longer than its {step.TimeoutSeconds} s."), step, account.Attempt);
                isRepeated = true;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                // Why the run or the fork was cancelled is known there.
                throw;
            }
            catch (Exception error)
            {
                failure = IsMapped(error) ? error : Map(error, step, account.Attempt);
                isRepeated = IsRepeated(error);
            }
            finally
            {
                account.Close();
            }

            if (account.Attempt < step.Attempts && isRepeated && !ct.IsCancellationRequested)
            {
                TellRetried(account, (WorkflowRunException)failure);
                continue;
            }
            TellFailed(step, element, failure, step.Optional && failure is WorkflowRunException final && GoesOnAfter(final));
            throw failure;
        }
    }

    /// <summary>What <see cref="AttemptAsync"/> does for the step that most are: nobody listens, it is tried once, and has no time of its own.</summary>
    private async Task<T> OnceAsync<T>(StepDefinition step, Func<StepScope, Task<T>> body, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var account = new StepAccount(this, step, null, null, ct);
        StepAccount.Current = account;
        T result;
        try
        {
            result = await body(new(account)).ConfigureAwait(false);
            if (result is null && step.RequiresResult)
                throw NullResult(step.Index);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Why the run or the fork was cancelled is known there.
            throw;
        }
        catch (Exception error)
        {
            throw IsMapped(error) ? error : Map(error, step, account.Attempt);
        }
        finally
        {
            account.Close();
        }
        ThrowIfCeilingReached(account);
        return result;
    }

    private async Task<string> GatherAsync(StepScope scope, IAsyncEnumerable<string> pieces)
    {
        if (pieces is null)
            throw NullResult(scope.Account.Step.Index);
        var text = new StringBuilder();
        await foreach (var piece in pieces.WithCancellation(scope.CancellationToken).ConfigureAwait(false))
        {
            if (string.IsNullOrEmpty(piece))
                continue;
            text.Append(piece);
            TellText(scope, piece);
        }
        return text.ToString();
    }

    /// <summary>Notes that an optional step failed: its result is absent from here on.</summary>
    private async ValueTask GiveUpAsync(int step)
    {
        IsPartial = true;
        await SaveAsync(new(step), StepValue.Failed).ConfigureAwait(false);
    }

    /// <summary>Whether a run goes on without the result of an optional step that failed so. It does not where the run itself is at its end, or nobody can vouch for its payer any more.</summary>
    private bool GoesOnAfter(WorkflowRunException failure) =>
        CeilingReached is null && !TimeIsUp && !Token.IsCancellationRequested
        && failure.Code is not (WorkflowErrorCodes.Stopped or WorkflowErrorCodes.HostMisconfigured
            or WorkflowErrorCodes.ProfileDisabled or WorkflowErrorCodes.ProfileTampered or WorkflowErrorCodes.ProfileUnreadable or WorkflowErrorCodes.SecretUnavailable or WorkflowErrorCodes.StoreUnavailable);

    private ModelCallException? CeilingReached => Volatile.Read(ref ledger)?.Breach ?? Parent?.Run.CeilingReached;

    /// <summary>What a further attempt may mend, and the policy of model calls does not try again: an answer that does not parse, a time-out, a stream that broke after its first piece.</summary>
    private static bool IsRepeated(Exception error) => error
        is WorkflowRunException { Code: WorkflowErrorCodes.OutputInvalid or WorkflowErrorCodes.StepTimedOut or WorkflowErrorCodes.ProviderTimedOut }
        or ModelCallException { Code: WorkflowErrorCodes.OutputInvalid or WorkflowErrorCodes.ProviderTimedOut }
        or ModelCallException { IsOfOpenStream: true, IsTransient: true } or WorkflowRunException { IsOfOpenStream: true };

    private static Func<StepScope, Task<bool>> WithoutResult(Func<StepScope, Task> body) => async scope =>
    {
        await body(scope).ConfigureAwait(false);
        return true;
    };

    /// <summary>A step that swallowed the error of a ceiling, or went over it with its last call, ends the run all the same; what it paid for is kept first.</summary>
    private void ThrowIfCeilingReached(StepAccount account)
    {
        if (CeilingReached is { } reached)
            throw Map(new ModelCallException(reached.Code, reached.Message), account.Step, account.Attempt);
    }
}
