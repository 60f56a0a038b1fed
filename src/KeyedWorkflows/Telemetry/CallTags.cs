using System.Diagnostics;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows;

/// <summary>What the span of a model call says of the run that made it, beside the conventions for generative AI: whose it is and where it stands, by names and ids. Never a key, nor a piece or fingerprint of one.</summary>
internal static class CallTags
{
    public const string Workflow = "keyedworkflows.workflow";
    public const string RunId = "keyedworkflows.run.id";
    public const string Step = "keyedworkflows.step";
    public const string Profile = "keyedworkflows.profile";
    public const string Tenant = "keyedworkflows.tenant";

    /// <summary>Writes them on the span that the layer above has begun. Where that was not sampled, the current one is somebody else's, and is left alone.</summary>
    public static void Write(string sourceName, ChatClientLayerContext context)
    {
        if (Activity.Current is not { IsAllDataRequested: true } span || span.Source.Name != sourceName)
            return;
        if (context.ProfileName is { } profile)
            span.SetTag(Profile, profile);
        if (StepAccount.Current is not { } step)
            return;
        span.SetTag(Workflow, step.Workflow.Name);
        span.SetTag(RunId, step.Run.RunId);
        span.SetTag(Step, step.StepPath);
        if (step.Run.Tenant is { } tenant)
            span.SetTag(Tenant, tenant);
    }
}
