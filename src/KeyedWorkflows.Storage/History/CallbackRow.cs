namespace KeyedWorkflows.Storage;

/// <summary>A callback that was not delivered: it waits, or was given up.</summary>
internal sealed class CallbackRow
{
    public const string Waiting = "waiting";

    public const string GivenUp = "given_up";

    public required string Id { get; set; }

    public required string RunId { get; set; }

    public required string TokenId { get; set; }

    public required string Url { get; set; }

    public required byte[] Body { get; set; }

    public required int Attempts { get; set; }

    /// <summary><see cref="Waiting"/> or <see cref="GivenUp"/>.</summary>
    public required string State { get; set; }

    /// <summary>When it is to be tried next. Who takes it moves this by the time of the lease.</summary>
    public required long DueAt { get; set; }
}
