using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Storage;

/// <summary>A request to a provider as the journal has it.</summary>
internal sealed record JournalCall
{
    public required string RunId { get; init; }

    public required string Workflow { get; init; }

    public required string TokenId { get; init; }

    public string? EndUser { get; init; }

    public required string Step { get; init; }

    public int? Element { get; init; }

    public required int Attempt { get; init; }

    public required string Slot { get; init; }

    public string? ProfileId { get; init; }

    public string? ProfileName { get; init; }

    public string? Tenant { get; init; }

    public required string Provider { get; init; }

    public required string Model { get; init; }

    public string? ModelAnswered { get; init; }

    public string? ErrorCode { get; init; }

    /// <summary>The order in which the run's calls ended; null for one of whose end nobody knows.</summary>
    public int? Number { get; init; }

    /// <summary>What it used; for one of whose end nobody knows, what it was taken to use.</summary>
    public required RunUsage Usage { get; init; }

    public required bool IsEstimated { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>What is noted of a call before it is made.</summary>
    public static JournalCall Of(in ModelCallStart call, in CallOwner owner) => new()
    {
        RunId = owner.RunId,
        Workflow = owner.Workflow,
        TokenId = owner.TokenId,
        EndUser = owner.EndUser,
        Step = call.Step,
        Element = call.Element,
        Attempt = call.Attempt,
        Slot = call.Binding.Slot,
        ProfileId = call.Binding.ProfileId,
        ProfileName = call.Binding.ProfileName,
        Tenant = call.Binding.Tenant ?? owner.Tenant,
        Provider = call.Binding.Provider,
        Model = call.Model,
        Usage = call.Estimate,
        IsEstimated = true,
        StartedAt = call.StartedAt,
        Duration = TimeSpan.Zero,
    };

    /// <summary>The call as it is booked from the journal.</summary>
    /// <param name="number">Its number in the run.</param>
    public RunModelCall ToRecord(int number) => new()
    {
        Number = number,
        Step = Step,
        Element = Element,
        Attempt = Attempt,
        Slot = Slot,
        ProfileId = ProfileId,
        ProfileName = ProfileName,
        Tenant = Tenant,
        Workflow = Workflow,
        TokenId = TokenId,
        EndUser = EndUser,
        Provider = Provider,
        ModelAsked = Model,
        ModelAnswered = ModelAnswered,
        InputTokens = Usage.InputTokens,
        OutputTokens = Usage.OutputTokens,
        CachedInputTokens = Usage.CachedInputTokens,
        ReasoningTokens = Usage.ReasoningTokens,
        IsEstimated = IsEstimated,
        ErrorCode = ErrorCode,
        StartedAt = StartedAt,
        Duration = Duration,
    };
}
