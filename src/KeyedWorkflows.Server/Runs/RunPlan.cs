using System.Net;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Server;

/// <summary>A run that is about to begin.</summary>
internal sealed record RunPlan
{
    public required string Id { get; init; }

    public required WorkflowDefinition Workflow { get; init; }

    public required ApiCaller Caller { get; init; }

    public required object Input { get; init; }

    public required RunCredentials Credentials { get; init; }

    public required RunOptions Options { get; init; }

    /// <summary>Whether the caller is told of the run before it ends.</summary>
    public bool IsTold { get; init; }

    public Uri? Callback { get; init; }

    /// <summary>The idempotency key that it is begun under; null where the request gives none.</summary>
    public KeyHold? Key { get; init; }

    /// <summary>Where the request came from.</summary>
    public IPAddress? Address { get; init; }
}
