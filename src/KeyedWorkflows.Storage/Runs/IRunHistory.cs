namespace KeyedWorkflows.Storage;

/// <summary>
/// The records of runs. What is reported is written in the order in which it was reported, by one writer that commits whatever has gathered meanwhile at once; a task that is returned ends when what it reports, and all
/// that was reported of that run before, is on the disk. Reads are scoped to a token: another token's run does not exist. Safe for use from several threads.
/// </summary>
internal interface IRunHistory
{
    /// <summary>Whether runs may begin: what they report is written soon, as far as is known.</summary>
    bool TakesRuns { get; }

    /// <summary>Reports a run that begins. Fails where it cannot be written in time; it is written all the same as soon as the database takes it, so that what the run did until it was stopped is booked.</summary>
    Task StartAsync(RunStart start);

    /// <summary>Reports what was added to a run. Nobody waits for it.</summary>
    void Report(RunProgress progress);

    /// <summary>Reports a run's end. Fails where it cannot be written, and is tried again by the writer until the host stops.</summary>
    Task EndAsync(RunEnd end);

    /// <summary>Notes a request to a provider that is about to leave: whatever becomes of this process, it is booked.</summary>
    /// <returns>A ticket, for <see cref="EndCall"/> and <see cref="RunModelCall.Ticket"/>.</returns>
    int NoteCall(JournalCall call);

    /// <summary>Notes how a request ended that is about to be reported.</summary>
    void EndCall(RunModelCall call);

    /// <summary>Finds a token's run, and, where an end user is given, only that user's.</summary>
    Task<StoredRun?> FindAsync(string tokenId, string runId, string? endUser, CancellationToken cancellationToken);

    /// <summary>Lists a token's runs.</summary>
    Task<RunPage> ListAsync(string tokenId, RunFilter filter, CancellationToken cancellationToken);

    /// <summary>The frames of a token's run that come at or after a number; null where there is no such run.</summary>
    Task<StoredFrames?> ReadFramesAsync(string tokenId, string runId, int from, CancellationToken cancellationToken);

    /// <summary>The steps of a run, in the order in which they ended.</summary>
    Task<IReadOnlyList<RunStep>> ReadStepsAsync(string tokenId, string runId, CancellationToken cancellationToken);

    /// <summary>The model calls of a run, in the order in which they ended.</summary>
    Task<IReadOnlyList<RunModelCall>> ReadCallsAsync(string tokenId, string runId, CancellationToken cancellationToken);

    /// <summary>Asks for a run to be stopped that goes on on whatever node.</summary>
    /// <returns>Whether the token has such a run, ended ones included.</returns>
    Task<bool> RequestStopAsync(string tokenId, string runId, string? endUser, CancellationToken cancellationToken);

    /// <summary>Which of this node's runs somebody wants stopped.</summary>
    Task<IReadOnlyList<string>> ReadStopRequestsAsync(CancellationToken cancellationToken);

    /// <summary>Writes what was reported, and returns when all of it is on the disk.</summary>
    Task FlushAsync(CancellationToken cancellationToken);
}
