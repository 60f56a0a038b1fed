using System.Diagnostics;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows;

/// <summary>What the span of a model call says of the run that made it: whose it is and where it stands.</summary>
internal static class CallTags
{
    /// <summary>Writes them on the span that the layer above has begun. Where that was not sampled, the current one is the step's, or somebody else's, and is left alone.</summary>
    public static void Write(string sourceName, ChatClientLayerContext context)
    {
        if (Activity.Current is not { IsAllDataRequested: true, Kind: ActivityKind.Client } span || span.Source.Name != sourceName)
            return;
        if (context.ProfileName is { } profile)
            span.SetTag(TagNames.Profile, profile);
        if (StepAccount.Current is not { } step)
            return;
        span.SetTag(TagNames.Workflow, step.Workflow.Name);
        span.SetTag(TagNames.RunId, step.Run.RunId);
        span.SetTag(TagNames.Step, step.StepPath);
        if (step.Element is { } element)
            span.SetTag(TagNames.Element, element);
        if (step.Attempt > 1)
            span.SetTag(TagNames.Attempt, step.Attempt);
        if (step.Run.Tenant is { } tenant)
            span.SetTag(TagNames.Tenant, tenant);
    }
}
