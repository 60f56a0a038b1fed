namespace KeyedWorkflows.Runtime;

// Steps that run once for each element of a sequence.
public sealed partial class WorkflowRun
{
    /// <summary>Runs a step once for each element.</summary>
    /// <typeparam name="TItem">The element's type.</typeparam>
    /// <typeparam name="TResult">The type of an element's result.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="items">The elements.</param>
    /// <param name="body">Calls the step's method for an element. Called once an attempt.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    /// <returns>The results, in the order of the elements.</returns>
    public async Task<TResult[]> ForEachAsync<TItem, TResult>(int step, IEnumerable<TItem> items, Func<StepScope, TItem, Task<TResult>> body, CancellationToken ct)
    {
        var (results, _) = await EachAsync(step, items, body, ct).ConfigureAwait(false);
        return results;
    }

    /// <summary>Runs a step without result once for each element.</summary>
    /// <typeparam name="TItem">The element's type.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="items">The elements.</param>
    /// <param name="body">Calls the step's method for an element. Called once an attempt.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    /// <returns>Ends when all elements have.</returns>
    public Task ForEachAsync<TItem>(int step, IEnumerable<TItem> items, Func<StepScope, TItem, Task> body, CancellationToken ct) => EachAsync(step, items, WithoutResult(body), ct);

    /// <summary>Runs a step that yields its text in pieces once for each element.</summary>
    /// <typeparam name="TItem">The element's type.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="items">The elements.</param>
    /// <param name="body">Calls the step's method for an element. Called once an attempt.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    /// <returns>The whole texts, in the order of the elements.</returns>
    public Task<string[]> ForEachStreamAsync<TItem>(int step, IEnumerable<TItem> items, Func<StepScope, TItem, IAsyncEnumerable<string>> body, CancellationToken ct) =>
        ForEachAsync(step, items, (scope, item) => GatherAsync(scope, body(scope, item)), ct);

    /// <summary>Runs a step once for each element; the failure of one makes the whole result absent.</summary>
    /// <typeparam name="TItem">The element's type.</typeparam>
    /// <typeparam name="TResult">The type of an element's result.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="items">The elements.</param>
    /// <param name="body">Calls the step's method for an element. Called once an attempt.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    /// <returns>The results, in the order of the elements; null where one failed.</returns>
    public async Task<TResult[]?> OptionalForEachAsync<TItem, TResult>(int step, IEnumerable<TItem> items, Func<StepScope, TItem, Task<TResult>> body, CancellationToken ct)
    {
        try
        {
            return await ForEachAsync(step, items, body, ct).ConfigureAwait(false);
        }
        catch (WorkflowRunException failure) when (GoesOnAfter(failure))
        {
            await GiveUpAsync(step).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Runs a step without result once for each element; one may fail.</summary>
    /// <typeparam name="TItem">The element's type.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="items">The elements.</param>
    /// <param name="body">Calls the step's method for an element. Called once an attempt.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    /// <returns>Whether all succeeded.</returns>
    public async Task<bool> OptionalForEachAsync<TItem>(int step, IEnumerable<TItem> items, Func<StepScope, TItem, Task> body, CancellationToken ct) =>
        await OptionalForEachAsync(step, items, WithoutResult(body), ct).ConfigureAwait(false) is not null;

    /// <summary>Runs a step that yields its text in pieces once for each element; the failure of one makes the whole result absent.</summary>
    /// <typeparam name="TItem">The element's type.</typeparam>
    /// <param name="step">The step's number.</param>
    /// <param name="items">The elements.</param>
    /// <param name="body">Calls the step's method for an element. Called once an attempt.</param>
    /// <param name="ct">The token of the place where the step stands.</param>
    /// <returns>The whole texts, in the order of the elements; null where one failed.</returns>
    public Task<string[]?> OptionalForEachStreamAsync<TItem>(int step, IEnumerable<TItem> items, Func<StepScope, TItem, IAsyncEnumerable<string>> body, CancellationToken ct) =>
        OptionalForEachAsync(step, items, (scope, item) => GatherAsync(scope, body(scope, item)), ct);

    private static Func<StepScope, TItem, Task<bool>> WithoutResult<TItem>(Func<StepScope, TItem, Task> body) => async (scope, item) =>
    {
        await body(scope, item).ConfigureAwait(false);
        return true;
    };

    private async Task<(TResult[] Results, RunUsage Usage)> EachAsync<TItem, TResult>(int step, IEnumerable<TItem> items, Func<StepScope, TItem, Task<TResult>> body, CancellationToken ct)
    {
        var definition = Definition.StepAt(step);
        if (items is null)
            throw new WorkflowRunException(WorkflowErrorCodes.StepContract, $"Step '{PathOf(definition)}' runs once for each element of a sequence that is null.");

        // A copy: the author's list may be changed by another step while this one goes through it.
        TItem[] elements = [.. items];
        var work = new ElementWork<TItem, TResult>(this, definition, elements, body);
        work.Restore();
        Begin(step, ct);
        await TracedAsync(step, work.RunAsync(ct)).ConfigureAwait(false);

        if (IsObserved)
        {
            await SaveAsync(new(step), StepValue.Finished(NullJson)).ConfigureAwait(false);
            TellFinished(definition, definition.OutputType is null ? null : work.Results, 1, work.Usage);
        }
        return (work.Results, work.Usage);
    }

    /// <summary>The elements of one step at work.</summary>
    private sealed class ElementWork<TItem, TResult>(WorkflowRun run, StepDefinition step, TItem[] elements, Func<StepScope, TItem, Task<TResult>> body)
    {
        private readonly Lock gate = new();
        private bool[]? restored;
        private int next = -1;

        public TResult[] Results { get; } = new TResult[elements.Length];

        public RunUsage Usage { get; private set; }

        public void Restore()
        {
            if (run.Observer?.Checkpoint is not { } checkpoint)
                return;
            restored = new bool[elements.Length];
            for (var element = 0; element < elements.Length; element++)
            {
                if (!checkpoint.TryGet(new(step.Index, element), out var kept) || kept.IsSkipped)
                    continue;
                Results[element] = run.Read<TResult>(step.Index, kept)!;
                restored[element] = true;
                if (kept.IsPartial)
                    run.IsPartial = true;
            }
        }

        public async Task<RunUsage> RunAsync(CancellationToken ct)
        {
            var workers = Math.Min(step.Concurrency, elements.Length);
            if (workers <= 1)
            {
                await WorkAsync(ct).ConfigureAwait(false);
                return Usage;
            }
            using var fork = run.Fork(ct);
            var running = new Task[workers];
            for (var worker = 0; worker < workers; worker++)
                running[worker] = WorkInForkAsync(fork);
            await Task.WhenAll(running).ConfigureAwait(false);
            fork.ThrowIfFailed();
            return Usage;
        }

        private async Task WorkInForkAsync(StepFork fork)
        {
            try
            {
                await WorkAsync(fork.CancellationToken).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                fork.Fail(step.Index, error);
            }
        }

        private async Task WorkAsync(CancellationToken ct)
        {
            for (var element = Interlocked.Increment(ref next); element < elements.Length; element = Interlocked.Increment(ref next))
            {
                if (restored is not null && restored[element])
                    continue;
                ct.ThrowIfCancellationRequested();
                await WorkOnAsync(element, ct).ConfigureAwait(false);
            }
        }

        private async Task WorkOnAsync(int element, CancellationToken ct)
        {
            var item = elements[element];
            var (result, account) = await run.AttemptAsync(step, element, scope => body(scope, item), ct).ConfigureAwait(false);
            Results[element] = result;
            lock (gate)
                Usage += account.Usage;
            if (run.IsObserved)
            {
                if (run.Observer!.Checkpoint is not null)
                    await run.SaveAsync(new(step.Index, element), run.Write(step.Index, result, account.IsPartial)).ConfigureAwait(false);
                run.TellElement(step, element, elements.Length);
            }
            run.ThrowIfCeilingReached(account);
        }
    }
}
