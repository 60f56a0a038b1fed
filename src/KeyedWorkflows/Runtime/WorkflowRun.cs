using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using KeyedWorkflows.Hosting;

namespace KeyedWorkflows.Runtime;

/// <summary>
/// One run of a workflow, as the emitted executor sees it. Plain steps are inlined there; steps with model clients, attempts, time-outs or elements go through the managed methods.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The executor ends the run: a step must not be able to.")]
public sealed partial class WorkflowRun : RunContext
{
    private readonly RunOptions options;
    private readonly CancellationToken callerToken;
    private readonly RunExtras? extras;
    private RunBinding? binding;
    private RunLedger? ledger;
    private string? id;
    private RunPatience? patience;
    private IDisposable? places;
    private volatile bool partial;

    internal WorkflowRun(WorkflowHost host, WorkflowDefinition definition, RunOptions? options, RunSetup? setup, CancellationToken callerToken)
    {
        Host = host;
        Definition = definition;
        this.options = options ?? RunOptions.None;
        this.callerToken = callerToken;

        // The call's ceilings are the parent's to keep.
        var limit = LimitOf(definition, setup?.Parent is null ? this.options : RunOptions.None);
        var telemetry = host.Telemetry is { HearsRuns: true } heard ? heard : null;
        if (limit is not null || setup is not null || telemetry is not null)
        {
            id = setup?.RunId;
            extras = new(
                setup?.Caller ?? RunCaller.Host,
                setup?.Parent,
                limit is not null || setup is { IsStoppable: true } ? new(limit, host.Time, callerToken) : null,
                telemetry is not null || setup is { Listener: not null } or { Checkpoint: not null } ? new(definition, setup?.Listener, setup?.Checkpoint, telemetry, host.Time.GetTimestamp()) : null);
            if (Observer is { IsPartial: true })
                IsPartial = true;
        }
    }

    /// <inheritdoc/>
    public override string RunId => Parent?.Run.RunId ?? id ?? MakeId();

    /// <inheritdoc/>
    public override string Workflow => Definition.Name;

    /// <inheritdoc/>
    public override string? Tenant => Parent is not null ? Parent.Run.Tenant : binding is null ? AskedTenant : binding.Tenant ?? options.Tenant;

    /// <summary>The tenant that the call names, where its caller may name it: who chooses the payer is asked before that is decided, and must not read another's data for a caller who may not.</summary>
    private string? AskedTenant => options.Tenant is { } tenant && (Caller.IsHost || Caller.Grant?.Serves(tenant) == true) ? tenant : null;

    /// <inheritdoc/>
    public override string? ProfileName => binding is { Count: > 0 } bound ? bound[0].ProfileName : null;

    /// <inheritdoc/>
    public override string? EndUser => options.EndUser;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Labels => options.Labels;

    /// <inheritdoc/>
    public override DateTimeOffset? Deadline => Earlier(Control?.Deadline, Parent?.Run.Deadline);

    /// <summary>Whether somebody listens, or traces, or there is a checkpoint: only then are <c>EndAsync</c> and <c>SkipAsync</c> called.</summary>
    public bool IsObserved => Observer is not null;

    internal WorkflowHost Host { get; }

    internal WorkflowDefinition Definition { get; }

    internal RunCaller Caller => extras?.Caller ?? RunCaller.Host;

    internal RunOptions Options => options;

    internal StepAccount? Parent => extras?.Parent;

    /// <summary>What steps get: the run's own token where it has one, else the caller's.</summary>
    internal CancellationToken Token => Control?.Token ?? callerToken;

    internal RunBinding Binding => binding ?? RunBinding.Empty;

    internal bool IsBound => binding is not null;

    internal RunUsage Usage => Volatile.Read(ref ledger)?.Usage ?? default;

    /// <summary>Whether a step marked optional failed.</summary>
    internal bool IsPartial
    {
        get => partial;
        set
        {
            partial = value;
            Parent?.GoesOnPastFailure();
        }
    }

    /// <summary>Whether the run holds something that has to be let go when it ends, or somebody has to be told.</summary>
    internal bool IsManaged => Control is not null || Observer is not null;

    internal RunLedger Ledger
    {
        get
        {
            if (Volatile.Read(ref ledger) is { } present)
                return present;
            var asked = Parent is null ? options : RunOptions.None;
            var made = new RunLedger(Lower(Definition.MaxTokens, asked.MaxTokens), Lower(Definition.MaxCalls, asked.MaxCalls), Parent);
            return Interlocked.CompareExchange(ref ledger, made, null) ?? made;
        }
    }

    private RunControl? Control => extras?.Control;

    /// <summary>The spans of the run; null where nobody traces or measures it.</summary>
    internal RunTrace? Trace => Observer?.Trace;

    private RunObserver? Observer => extras?.Observer;

    /// <summary>The run that the caller started: what a sub-workflow's errors name.</summary>
    internal WorkflowRun Root => Parent is null ? this : Parent.Run.Root;

    /// <inheritdoc/>
    public override string? ProfileNameOf(string slot)
    {
        for (var index = 0; index < Definition.SlotCount; index++)
        {
            if (Definition.SlotAt(index).Name == slot)
                return binding?[index].ProfileName;
        }
        throw new ArgumentException($"The workflow '{Workflow}' declares no slot '{slot}'.", nameof(slot));
    }

    /// <summary>Opens a place where steps run side by side.</summary>
    /// <param name="ct">The token of the place around it.</param>
    /// <returns>The fork.</returns>
    public StepFork Fork(CancellationToken ct) => new(this, ct);

    /// <summary>How long the run may wait for its turn yet, with all that runs within it.</summary>
    internal RunPatience Patience => Parent?.Run.Patience ?? (options.MaxWait is null ? RunPatience.None : MadePatience());

    internal void Bind(RunBinding bound) => binding = bound;

    /// <summary>Whether the run, now that it is bound, has to be admitted before its first step (<see cref="AdmitAsync"/>).</summary>
    internal bool NeedsAdmission
    {
        get
        {
            if (Parent is not null)
                return false;
            if (Caller.Limits is not null)
                return true;
            for (var slot = 0; slot < Binding.Count; slot++)
            {
                if (Binding[slot].Profile is { } payer && (payer.Limits is not null || payer.ConcurrentRuns is not null))
                    return true;
            }
            return false;
        }
    }

    /// <summary>Takes the run's place among those of its payers.</summary>
    /// <exception cref="WorkflowRunException">A limit is reached.</exception>
    internal async ValueTask AdmitAsync() => places = await Host.Limiter.AdmitAsync(Binding, Caller, Host.Clients.ReadPartiesAsync, Patience, Token).ConfigureAwait(false);

    /// <summary>Ends what the binding holds: keys that were given for the run, and its place.</summary>
    internal void LetGo()
    {
        Binding.EndKeys();
        Interlocked.Exchange(ref places, null)?.Dispose();
    }

    internal SlotBinding BindingOf(int slot) => Binding[slot];

    internal void Stop() => Control?.Stop();

    internal void End() => Control?.Dispose();

    /// <summary>The step's name, with those of the parents' steps before it.</summary>
    internal string PathOf(StepDefinition step) => Parent is null ? step.Name : Parent.StepPath + "/" + step.Name;

    private static TimeSpan? LimitOf(WorkflowDefinition definition, RunOptions options)
    {
        TimeSpan? own = definition.TimeoutSeconds > 0 ? TimeSpan.FromSeconds(definition.TimeoutSeconds) : null;
        return own is null || options.MaxDuration < own ? options.MaxDuration ?? own : own;
    }

    private static long? Lower(long own, long? asked) => own <= 0 ? asked : asked < own ? asked : own;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    private RunPatience MadePatience() => Volatile.Read(ref patience) ?? Interlocked.CompareExchange(ref patience, new(options.MaxWait), null) ?? patience;

    private string MakeId()
    {
        var made = RunIds.Next();
        return Interlocked.CompareExchange(ref id, made, null) ?? made;
    }
}
