namespace KeyedWorkflows;

/// <summary>Marks a partial class that implements <see cref="IWorkflow{TInput, TOutput}"/> as a workflow.</summary>
/// <param name="name">The name by which callers, events and records know the workflow: <c>[a-z0-9][a-z0-9_.-]{0,63}</c>, unique in the host.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class WorkflowAttribute(string name) : Attribute
{
    /// <summary>The name by which callers, events and records know the workflow.</summary>
    public string Name { get; } = name;

    /// <summary>One sentence for people: what the workflow does.</summary>
    public string? Description { get; set; }

    /// <summary>The author's version, kept with each run. Free text, such as <c>2026-11</c>.</summary>
    public string? Version { get; set; }

    /// <summary>How long a run may take, in seconds. Past it the run stops with <see cref="WorkflowErrorCodes.TimeLimitReached"/>. 0: no limit.</summary>
    public int TimeoutSeconds { get; set; }

    /// <summary>How many tokens, in and out together, the model calls of a run may use. Past it the run stops with <see cref="WorkflowErrorCodes.TokenLimitReached"/>. 0: no limit.</summary>
    public long MaxTokens { get; set; }

    /// <summary>How many model calls a run may make. Past it the run stops with <see cref="WorkflowErrorCodes.CallLimitReached"/>. 0: no limit.</summary>
    public int MaxCalls { get; set; }

    /// <summary>
    /// Lets the slots of one run resolve to profiles of two tenants. Off by default: a run serves one tenant, and one that would serve two is refused.
    /// </summary>
    public bool AllowMixedTenants { get; set; }
}
