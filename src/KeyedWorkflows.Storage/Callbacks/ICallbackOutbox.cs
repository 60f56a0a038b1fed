namespace KeyedWorkflows.Storage;

/// <summary>Callbacks that wait for their delivery. They come in with the end of their run. Safe for use from several threads, and from several nodes: what one node has taken, no other takes while its lease lasts.</summary>
internal interface ICallbackOutbox
{
    /// <summary>Takes callbacks that are due, for the time of a lease.</summary>
    Task<IReadOnlyList<PendingCallback>> TakeDueAsync(int most, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Says that one was delivered, or given up.</summary>
    Task CompleteAsync(string id, bool delivered, CancellationToken cancellationToken);

    /// <summary>Says that one failed, and when to try again.</summary>
    Task PostponeAsync(string id, DateTimeOffset due, CancellationToken cancellationToken);
}
