namespace KeyedWorkflows.Storage;

/// <summary>Why the store does not answer, as those are told who ask it. None repeats what the database itself said.</summary>
internal static class StoreFaults
{
    /// <summary>Refuses to answer from a store that cannot know what was revoked.</summary>
    /// <exception cref="WorkflowRunException">The store was set back, or is not heard.</exception>
    public static async ValueTask ThrowIfDeafAsync(StoreWatch watch)
    {
        if (watch.IsSure || (!watch.IsSetBack && await watch.AskAsync().ConfigureAwait(false)))
            return;
        throw watch.IsSetBack ? SetBack() : Silent();
    }

    public static WorkflowRunException SetBack() => new(
        WorkflowErrorCodes.StoreUnavailable,
        "The database of profiles is in an earlier state than this host has seen it in. Its profiles are refused until the host is started again: what was revoked may be back in it. The operator finds more in the log.");

    public static WorkflowRunException Silent() => new(
        WorkflowErrorCodes.StoreUnavailable,
        "The store of profiles has not answered for more than 5 seconds. Its profiles are refused until it does: whether one was revoked is not known. The operator finds the cause in the log.");

    public static WorkflowRunException Unavailable(Exception error) => new(
        WorkflowErrorCodes.StoreUnavailable,
        $"The store of profiles could not be read ({error.GetType().Name}). The operator finds out whether its database is there, whole and not locked.");

    public static WorkflowRunException Unreadable(string what) => new(
        WorkflowErrorCodes.StoreUnavailable, $"{what} cannot be read: the host's key ring was lost, or cannot be unwrapped. The operator finds more in the log.");

    public static WorkflowRunException NotWritten() => new(
        WorkflowErrorCodes.StoreUnavailable, "The history of runs cannot be written now. The operator finds the cause in the log. Try again later.");

    public static WorkflowRunException NotRead(Exception error) => new(
        WorkflowErrorCodes.StoreUnavailable, $"The history of runs could not be read ({error.GetType().Name}). The operator finds out whether its database is there, whole and not locked.");
}
