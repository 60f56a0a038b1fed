using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Runtime;

/// <summary>
/// One request to a provider: who asked, who paid, what came of it. The records of a run add up to its usage, but for what is estimated. What the provider says of itself is without the payer's secrets; messages and answer are as they went and came, since
/// those are the step's own.
/// </summary>
internal sealed record ModelCallRecord
{
    /// <summary>The ticket of a request that nobody noted.</summary>
    public const int NoTicket = -1;

    /// <summary>What the listener said of it when it was about to leave; <see cref="NoTicket"/> where it did not leave.</summary>
    public int Ticket { get; init; } = NoTicket;

    /// <summary>The step's name, with those of the parents' steps before it.</summary>
    public required string Step { get; init; }

    /// <summary>The element of a step that runs once an element.</summary>
    public int? Element { get; init; }

    /// <summary>The step's attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Who was to pay.</summary>
    public required SlotBinding Binding { get; init; }

    /// <summary>What was asked for: an answer, or vectors.</summary>
    public required ClientKind Kind { get; init; }

    /// <summary>The provider's own name of the model that was asked.</summary>
    public required string Model { get; init; }

    /// <summary>The model that answered, as the provider says it.</summary>
    public string? ModelAnswered { get; init; }

    /// <summary>What this one request used: <see cref="RunUsage.Calls"/> is 1. It is what the provider reported, unless <see cref="IsEstimated"/>.</summary>
    public required RunUsage Usage { get; init; }

    /// <summary>Whether the provider reported nothing, and <see cref="Usage"/> is an estimate of what was sent and received.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>Why the answer ended. Null where the provider does not say, for embeddings, for what failed, and for a stream that the step left before its end.</summary>
    public string? FinishReason { get; init; }

    /// <summary>The provider's id of its answer.</summary>
    public string? ResponseId { get; init; }

    /// <summary>The provider's id of the request, where it failed and the provider said it.</summary>
    public string? ProviderRequestId { get; init; }

    /// <summary>One of <see cref="WorkflowErrorCodes"/>; null where the request succeeded. <see cref="WorkflowErrorCodes.Stopped"/>: the call, the step or the run was cancelled meanwhile.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>To the whole answer or the failure; for a stream, until it was let go.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>What was sent. Null for embeddings, and where the listener does not want it.</summary>
    public IReadOnlyList<ChatMessage>? Messages { get; init; }

    /// <summary>What came back; of a stream that was cut off, what had come. Null for embeddings, for what failed before anything came, and where the listener does not want it.</summary>
    public ChatResponse? Answer { get; init; }
}
