using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Runtime;

/// <summary>
/// What the model clients of a step report to. There is one for each attempt; calls and usage are carried over from the attempt before, so that the step's ceiling holds for all of them.
/// It is closed when the attempt ends: a client that is used after that is refused. Safe for use from several threads.
/// </summary>
internal sealed class StepAccount
{
    /// <summary>What every refusal of a client that was kept says.</summary>
    internal const string KeptClientCure = "A client is for the step that takes it; do not keep it.";

    private static readonly AsyncLocal<StepAccount?> Flowing = new();

    private readonly Lock gate = new();
    private RunUsage usage;
    private List<BoundStream>? streams;
    private volatile bool closed;
    private volatile bool partial;

    public StepAccount(WorkflowRun run, StepDefinition step, int? element, StepAccount? previous, CancellationToken token)
    {
        Run = run;
        Step = step;
        Element = element;
        Attempt = (previous?.Attempt ?? 0) + 1;
        Token = token;
        usage = previous?.Usage ?? default;
    }

    /// <summary>The attempt under way here: what is set in an asynchronous method holds until it returns.</summary>
    public static StepAccount? Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }

    /// <summary>The run: what a client answers to <c>GetService(typeof(RunContext))</c>.</summary>
    public WorkflowRun Run { get; }

    public WorkflowDefinition Workflow => Run.Definition;

    public StepDefinition Step { get; }

    /// <summary>The element of a step that runs once an element.</summary>
    public int? Element { get; }

    /// <summary>The attempt, from 1.</summary>
    public int Attempt { get; }

    /// <summary>The attempt's token: ends with the run, the step's time-out and a sibling's failure. A client links it to whatever token a call passes.</summary>
    public CancellationToken Token { get; }

    /// <summary>Whether an optional step of the sub-workflow that this step runs has failed.</summary>
    public bool IsPartial => partial;

    /// <summary>Whether the step is still going.</summary>
    public bool IsOpen => !closed;

    /// <summary>The step's name for people, with that of the parents' steps.</summary>
    public string StepPath => Run.PathOf(Step);

    public RunUsage Usage
    {
        get
        {
            lock (gate)
                return usage;
        }
    }

    /// <summary>
    /// A client works in the flow of its own run alone. One that was kept where others find it (a field of a shared service, a static) would pay another tenant's call with this run's key, and be open
    /// as long as this step is: who calls is asked, and not only whether the step is going.
    /// </summary>
    /// <exception cref="ModelCallException">The call comes from another run, or from outside of every run (<c>step_contract</c>).</exception>
    public void ThrowIfForeign()
    {
        if (!closed && !ReferenceEquals(Current?.Run.Root, Run.Root))
            throw new ModelCallException(WorkflowErrorCodes.StepContract, $"A model client of step '{StepPath}' was used outside of its run. {KeptClientCure}");
    }

    /// <summary>Before every request to a provider, the policy's retries included: refuses it, or counts it.</summary>
    /// <param name="reservation">What the request holds back of its limits: given back where it is refused.</param>
    /// <exception cref="ModelCallException">The step has ended (<c>step_contract</c>), or a ceiling is reached (<c>call_limit_reached</c>, <c>token_limit_reached</c>, <c>time_limit_reached</c>).</exception>
    /// <exception cref="OperationCanceledException">The run or the attempt was cancelled.</exception>
    public void BeforeCall(CallReservation? reservation = null)
    {
        try
        {
            Count();
        }
        catch
        {
            reservation?.GiveBack();
            throw;
        }
    }

    private void Count()
    {
        if (closed)
            throw new ModelCallException(WorkflowErrorCodes.StepContract, $"A model client of step '{StepPath}' was used after the step had ended. {KeptClientCure}");
        if (Token.IsCancellationRequested)
        {
            Run.ThrowIfTimeIsUp();
            throw new OperationCanceledException(Token);
        }
        lock (gate)
        {
            if (Step.MaxCalls > 0 && usage.Calls >= Step.MaxCalls)
                throw new ModelCallException(WorkflowErrorCodes.CallLimitReached, $"The step has made {usage.Calls} model calls, as many as it may (MaxCalls).");
            Run.Ledger.BeforeCall();
            usage = usage with { Calls = usage.Calls + 1 };
        }
    }

    /// <summary>After an answer: books what it used to the step and the run.</summary>
    public void AfterCall(UsageDetails? details)
    {
        var used = RunLedger.Of(details);
        lock (gate)
            usage += used;
        Run.Ledger.AfterCall(used);
    }

    /// <summary>A request of a sub-workflow that this step runs: the parent's run counts it; the step's own ceiling is for its own calls.</summary>
    internal void BeforeChildCall()
    {
        lock (gate)
        {
            Run.Ledger.BeforeCall();
            usage = usage with { Calls = usage.Calls + 1 };
        }
    }

    internal void AfterChildCall(in RunUsage used)
    {
        lock (gate)
            usage += used;
        Run.Ledger.AfterCall(used);
    }

    internal void GoesOnPastFailure()
    {
        partial = true;
        Run.IsPartial = true;
    }

    /// <summary>A stream is open until it says that it has ended, or the attempt has.</summary>
    /// <returns>False where the attempt has ended already.</returns>
    internal bool TryKeep(BoundStream stream)
    {
        lock (gate)
        {
            if (closed)
                return false;
            (streams ??= []).Add(stream);
            return true;
        }
    }

    internal void Forget(BoundStream stream)
    {
        lock (gate)
            streams?.Remove(stream);
    }

    /// <summary>Ends it. A stream that nobody reads on is let go: what it holds back of its payer's limits, and its client, it would hold for ever.</summary>
    internal void Close()
    {
        List<BoundStream>? left;
        lock (gate)
        {
            closed = true;
            (left, streams) = (streams, null);
        }
        foreach (var stream in left ?? [])
            stream.LetGoIfIdle();
    }
}
