using System.Diagnostics;
using System.Diagnostics.Metrics;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows;

/// <summary>
/// The source and the meter of a host that called <c>UseOpenTelemetry</c>; a host that did not has none. The spans and metrics of the conventions come from the layer around each client, whose metrics take no tag of ours:
/// those of runs and payers are here, under names of their own, so that nothing counts twice under one name. Safe for use from several threads.
/// </summary>
internal sealed class WorkflowTelemetry : IDisposable
{
    /// <summary>In seconds. Those of the conventions for a model call, and longer ones for a run.</summary>
    private static readonly double[] Durations = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68, 655.36];

    private readonly Meter meter;
    private readonly Counter<long> runs;
    private readonly Histogram<double> runDuration;
    private readonly Counter<long> tokens;
    private readonly Histogram<double> callDuration;

    public WorkflowTelemetry(string sourceName)
    {
        Source = new ActivitySource(sourceName);
        meter = new Meter(sourceName);
        runs = meter.CreateCounter<long>("keyedworkflows.runs", "{run}", "Runs that ended, those that were refused included.");
        runDuration = meter.CreateHistogram("keyedworkflows.run.duration", "s", "How long runs took.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Durations });
        tokens = meter.CreateCounter<long>("keyedworkflows.model.tokens", "{token}", "Tokens that providers reported, by who pays.");
        callDuration = meter.CreateHistogram("keyedworkflows.model.duration", "s", "How long requests to providers took, by who pays. Each try is one.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Durations });
    }

    public ActivitySource Source { get; }

    /// <summary>Whether anybody listens to runs.</summary>
    public bool HearsRuns => Source.HasListeners() || runs.Enabled || runDuration.Enabled;

    /// <summary>Whether anybody listens to what payers use.</summary>
    public bool HearsCalls => tokens.Enabled || callDuration.Enabled;

    public void RunEnded(WorkflowRun run, string status, string? errorType)
    {
        // What a refused run asked for is unknown, and may be anything: only what it was bound to is named.
        var tags = new TagList { { TagNames.Workflow, run.Workflow }, { TagNames.Status, status } };
        if (run.ProfileName is { } profile)
            tags.Add(TagNames.Profile, profile);
        if (run.IsBound && run.Tenant is { } tenant)
            tags.Add(TagNames.Tenant, tenant);
        if (errorType is not null)
            tags.Add(TagNames.ErrorType, errorType);
        runs.Add(1, tags);
        runDuration.Record(run.Elapsed.TotalSeconds, tags);
    }

    public void CallEnded(StepAccount account, SlotBinding binding, ClientKind kind, string model, in RunUsage usage, TimeSpan duration, string? errorCode)
    {
        // A run's input may name the model, and a caller may have named a key. A tenant or profile was looked up by the time that something is paid for.
        var tags = new TagList
        {
            { TagNames.Operation, kind == ClientKind.Chat ? "chat" : "embeddings" },
            { TagNames.Provider, binding.Provider },
            { TagNames.Workflow, account.Workflow.Name },
        };
        if (!KeyFormats.LooksLikeKey(model))
            tags.Add(TagNames.RequestModel, model);
        if (binding.ProfileName is { } profile)
            tags.Add(TagNames.Profile, profile);
        if (account.Run.Tenant is { } tenant)
            tags.Add(TagNames.Tenant, tenant);
        Count(usage.InputTokens, "input", tags);
        Count(usage.OutputTokens, "output", tags);
        if (errorCode is not null)
            tags.Add(TagNames.ErrorType, TagNames.ErrorTypeOf(errorCode));
        callDuration.Record(duration.TotalSeconds, tags);
    }

    public void Dispose()
    {
        Source.Dispose();
        meter.Dispose();
    }

    // The list is a copy: the next one begins without the type.
    private void Count(long used, string type, TagList tags)
    {
        if (used == 0)
            return;
        tags.Add(TagNames.TokenType, type);
        tokens.Add(used, tags);
    }
}
