namespace KeyedWorkflows.Runtime;

/// <summary>Who hears the events of a run. Called on the run's threads, from several at once; it must not block, and must not throw.</summary>
internal interface IRunListener
{
    /// <summary>Whether <see cref="OnModelCall"/> is called at all: where it is not, no record is made.</summary>
    bool HearsModelCalls => true;

    /// <summary>Whether <see cref="OnModelCall"/> is given what was asked and answered, too: what users wrote. Asked at the beginning of each request.</summary>
    bool WantsContent => false;

    /// <summary>Called once the run has its payers and its place, as the last thing before it begins. It may wait. What it throws refuses the run.</summary>
    /// <param name="binding">Who pays.</param>
    /// <param name="hasWaited">Whether the run had to wait for its turn.</param>
    /// <param name="cancellationToken">The run's token.</param>
    ValueTask BeforeStartAsync(RunBinding binding, bool hasWaited, CancellationToken cancellationToken) => default;

    /// <summary>Called once the run's beginning was told, as the last thing before its first step. It may wait. What it throws ends the run.</summary>
    /// <param name="cancellationToken">The run's token.</param>
    ValueTask AfterStartAsync(CancellationToken cancellationToken) => default;

    void OnEvent(WorkflowEvent happened);

    /// <summary>Called before a request leaves. What it returns comes back as <see cref="ModelCallRecord.Ticket"/>.</summary>
    int OnModelCallStarting(in ModelCallStart call) => ModelCallRecord.NoTicket;

    /// <summary>
    /// Called once for each request that was counted against the run (<see cref="RunUsage.Calls"/>), when it is over: those of sub-workflows too, each of the policy's tries, and those that failed. That of a stream is over when the
    /// step lets it go; a step that keeps one beyond its end lets it go after the run's last event.
    /// </summary>
    void OnModelCall(ModelCallRecord call)
    {
    }
}
