namespace KeyedWorkflows.Runtime;

/// <summary>Where the model calls of runs are booked that nobody listens to: those which the host starts in its own process. Called on the runs' threads, from several at once; it must not block, and must not throw.</summary>
internal interface ICallBooks
{
    /// <summary>Called before a request leaves.</summary>
    /// <returns>What comes back as <see cref="ModelCallRecord.Ticket"/>.</returns>
    int Begin(WorkflowRun run, in ModelCallStart call);

    /// <summary>Called once for each request, when it is over.</summary>
    void End(WorkflowRun run, ModelCallRecord call);
}
