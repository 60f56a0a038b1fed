namespace KeyedWorkflows.Storage;

/// <summary>What is to be written into the audit: an entry without its number, its time and its code.</summary>
internal sealed record AuditDraft
{
    public const string Done = "done";

    public required AuditActor Actor { get; init; }

    public required string Action { get; init; }

    public string Outcome { get; init; } = Done;

    public long Count { get; init; } = 1;

    public DateTimeOffset? Since { get; init; }

    public required string SubjectKind { get; init; }

    public string? SubjectId { get; init; }

    public string? SubjectName { get; init; }

    public IReadOnlyList<string> Tenants { get; init; } = [];

    public IReadOnlyList<string> Changes { get; init; } = [];
}
