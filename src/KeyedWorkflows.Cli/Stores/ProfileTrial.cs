namespace KeyedWorkflows.Cli.Stores;

/// <summary>How a provider answered one short question under a profile.</summary>
/// <param name="Model">The model that was asked, as the provider calls it.</param>
/// <param name="ErrorCode">One of <see cref="WorkflowErrorCodes"/>; null where it answered.</param>
/// <param name="Error">What went wrong, in our words.</param>
/// <param name="Duration">How long it took.</param>
internal sealed record ProfileTrial(string Model, string? ErrorCode, string? Error, TimeSpan Duration)
{
    public bool Succeeded => ErrorCode is null;
}
