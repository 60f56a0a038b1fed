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
    private readonly RunControl? control;
    private readonly RunObserver? observer;
    private readonly StepAccount? parent;
    private RunBinding? binding;
    private RunLedger? ledger;
    private string? id;
    private ulong done;
    private ulong[]? doneBeyond;
    private volatile bool partial;

    internal WorkflowRun(WorkflowHost host, WorkflowDefinition definition, RunOptions? options, RunSetup? setup, CancellationToken callerToken)
    {
        Host = host;
        Definition = definition;
        this.options = options ?? RunOptions.None;
        this.callerToken = callerToken;
        Caller = setup?.Caller ?? RunCaller.Host;
        parent = setup?.Parent;

        // The call's ceilings are the parent's to keep.
        var limit = LimitOf(definition, parent is null ? this.options : RunOptions.None);
        if (limit is not null || setup is { IsStoppable: true })
            control = new(limit, host.Time, callerToken);
        if (setup is { Listener: not null } or { Checkpoint: not null })
        {
            observer = new(setup.Listener, setup.Checkpoint, host.Time.GetTimestamp(), definition.Steps.Count);
            LoadDone(observer);
        }
    }

    /// <inheritdoc/>
    public override string RunId => parent?.Run.RunId ?? id ?? MakeId();

    /// <inheritdoc/>
    public override string Workflow => Definition.Name;

    /// <inheritdoc/>
    public override string? Tenant => parent is not null ? parent.Run.Tenant : binding?.Tenant ?? options.Tenant;

    /// <inheritdoc/>
    public override string? ProfileName => binding is { Slots.Count: > 0 } bound ? bound[0].ProfileName : null;

    /// <inheritdoc/>
    public override string? EndUser => options.EndUser;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Labels => options.Labels;

    /// <inheritdoc/>
    public override DateTimeOffset? Deadline => Earlier(control?.Deadline, parent?.Run.Deadline);

    /// <summary>Whether somebody listens, or there is a checkpoint: only then are <c>EndAsync</c> and <c>SkipAsync</c> called.</summary>
    public bool IsObserved => observer is not null;

    internal WorkflowHost Host { get; }

    internal WorkflowDefinition Definition { get; }

    internal RunCaller Caller { get; }

    internal RunOptions Options => options;

    internal StepAccount? Parent => parent;

    /// <summary>What steps get: the run's own token where it has one, else the caller's.</summary>
    internal CancellationToken Token => control?.Token ?? callerToken;

    internal RunBinding Binding => binding ?? RunBinding.Empty;

    internal bool IsBound => binding is not null;

    internal RunUsage Usage => Volatile.Read(ref ledger)?.Usage ?? default;

    /// <summary>Whether a step marked optional failed.</summary>
    internal bool IsPartial
    {
        get => partial;
        private set
        {
            partial = value;
            if (parent is not null)
                parent.Run.IsPartial = value;
        }
    }

    /// <summary>Whether the run holds something that has to be let go when it ends, or somebody has to be told.</summary>
    internal bool IsManaged => control is not null || observer is not null;

    internal RunLedger Ledger
    {
        get
        {
            if (Volatile.Read(ref ledger) is { } present)
                return present;
            var asked = parent is null ? options : RunOptions.None;
            var made = new RunLedger(Lower(Definition.MaxTokens, asked.MaxTokens), Lower(Definition.MaxCalls, asked.MaxCalls), parent);
            return Interlocked.CompareExchange(ref ledger, made, null) ?? made;
        }
    }

    /// <summary>The run that the caller started: what a sub-workflow's errors name.</summary>
    private WorkflowRun Root => parent is null ? this : parent.Run.Root;

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

    internal void Bind(RunBinding bound) => binding = bound;

    internal SlotBinding BindingOf(int slot) => Binding[slot];

    internal void Stop() => control?.Stop();

    internal void End() => control?.Dispose();

    /// <summary>The step's name, with those of the parents' steps before it.</summary>
    internal string PathOf(StepDefinition step) => parent is null ? step.Name : parent.StepPath + "/" + step.Name;

    private static TimeSpan? LimitOf(WorkflowDefinition definition, RunOptions options)
    {
        TimeSpan? own = definition.TimeoutSeconds > 0 ? TimeSpan.FromSeconds(definition.TimeoutSeconds) : null;
        return own is null || options.MaxDuration < own ? options.MaxDuration ?? own : own;
    }

    private static long? Lower(long own, long? asked) => own <= 0 ? asked : asked < own ? asked : own;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    private string MakeId()
    {
        var made = RunIds.Next();
        return Interlocked.CompareExchange(ref id, made, null) ?? made;
    }
}
