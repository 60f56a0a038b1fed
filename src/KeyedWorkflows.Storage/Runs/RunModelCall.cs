using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Storage;

/// <summary>One request to a model, as it ended.</summary>
internal sealed record RunModelCall
{
    /// <summary>Where the journal has it: see <see cref="IRunHistory.NoteCall"/>.</summary>
    public int Ticket { get; init; } = CallJournal.NoTicket;

    /// <summary>The order in which the run's calls ended, from 0.</summary>
    public required int Number { get; init; }

    public required string Step { get; init; }

    public int? Element { get; init; }

    public required int Attempt { get; init; }

    public required string Slot { get; init; }

    /// <summary>Who paid; null for a key given for the run.</summary>
    public string? ProfileId { get; init; }

    /// <summary>The name that the profile had then.</summary>
    public string? ProfileName { get; init; }

    /// <summary>Whose profile paid.</summary>
    public string? Tenant { get; init; }

    public required string Workflow { get; init; }

    public required string TokenId { get; init; }

    public string? EndUser { get; init; }

    public required string Provider { get; init; }

    public string? ModelAsked { get; init; }

    public string? ModelAnswered { get; init; }

    public required long InputTokens { get; init; }

    public required long OutputTokens { get; init; }

    public required long CachedInputTokens { get; init; }

    public required long ReasoningTokens { get; init; }

    /// <summary>Whether the provider reported no tokens, and these are an estimate.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>What it cost, as it was booked; null where no price was known.</summary>
    public BookedPrice? Price { get; init; }

    public string? FinishReason { get; init; }

    public string? ProviderRequestId { get; init; }

    /// <summary>A code of <see cref="WorkflowErrorCodes"/>; null where the call succeeded.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>SHA-256 of the messages, in hexadecimal digits.</summary>
    public string? PromptHash { get; init; }

    /// <summary>The messages as JSON; only at <see cref="CaptureLevel.Full"/>.</summary>
    public byte[]? Messages { get; init; }

    /// <summary>The answer as JSON; only at <see cref="CaptureLevel.Full"/>.</summary>
    public byte[]? Answer { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>A call that has ended, without what was said.</summary>
    /// <param name="call">The call.</param>
    /// <param name="number">Its number in the run.</param>
    /// <param name="owner">Whose run it is.</param>
    public static RunModelCall Of(ModelCallRecord call, int number, in CallOwner owner) => new()
    {
        Ticket = call.Ticket,
        Number = number,
        Step = call.Step,
        Element = call.Element,
        Attempt = call.Attempt,
        Slot = call.Binding.Slot,
        ProfileId = call.Binding.ProfileId,
        ProfileName = call.Binding.ProfileName,
        Tenant = call.Binding.Tenant ?? owner.Tenant,
        Workflow = owner.Workflow,
        TokenId = owner.TokenId,
        EndUser = owner.EndUser,
        Provider = call.Binding.Provider,
        ModelAsked = call.Model,
        ModelAnswered = call.ModelAnswered,
        InputTokens = call.Usage.InputTokens,
        OutputTokens = call.Usage.OutputTokens,
        CachedInputTokens = call.Usage.CachedInputTokens,
        ReasoningTokens = call.Usage.ReasoningTokens,
        IsEstimated = call.IsEstimated,
        FinishReason = call.FinishReason,
        ProviderRequestId = call.ProviderRequestId ?? call.ResponseId,
        ErrorCode = call.ErrorCode,
        StartedAt = call.StartedAt,
        Duration = call.Duration,
    };
}
