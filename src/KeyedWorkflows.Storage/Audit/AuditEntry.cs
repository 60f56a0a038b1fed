namespace KeyedWorkflows.Storage;

/// <summary>One entry of the audit: who did what, to what, when and from where. It holds no secret.</summary>
public sealed record AuditEntry
{
    internal AuditEntry()
    {
    }

    /// <summary>Its number: 1 for the first of the store, and one more for each that follows.</summary>
    public required long Number { get; init; }

    /// <summary>When it was written, by the clock of the host that wrote it, in UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who did it.</summary>
    public required AuditActor Actor { get; init; }

    /// <summary>
    /// What was done: <c>profile.create</c>, <c>profile.replace</c>, <c>profile.rotate</c>, <c>profile.enable</c>, <c>profile.disable</c>, <c>profile.delete</c>, <c>profile.import</c>, <c>profile.seed</c>, <c>profile.test</c>, <c>profile.use</c>,
    /// <c>token.create</c>, <c>token.replace</c>, <c>token.enable</c>, <c>token.disable</c>, <c>token.rotate</c>, <c>token.revoke</c>, <c>token.use</c>, <c>administrator.create</c>, <c>administrator.revoke</c>, <c>administrator.use</c>, <c>tenant.remove</c>, <c>tenant.purge</c>, <c>store.re_encrypt</c>; and what the audit says of itself: <c>audit.gap</c>,
    /// <c>audit.begun_anew</c>, <c>audit.key_renewed</c>. Others may be added.
    /// </summary>
    public required string Action { get; init; }

    /// <summary><c>done</c>, or why it was refused.</summary>
    public required string Outcome { get; init; }

    /// <summary>How often: refusals of one kind are counted, and written once a minute.</summary>
    public long Count { get; init; } = 1;

    /// <summary>When the first of those that were counted happened; null where the entry is of one thing alone.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What it was done to: <c>profile</c>, <c>token</c>, <c>administrator</c>, <c>tenant</c>, <c>store</c> or <c>audit</c>.</summary>
    public required string SubjectKind { get; init; }

    /// <summary>The id of what it was done to; null where there is none, or where the one that was given does not exist.</summary>
    public string? SubjectId { get; init; }

    /// <summary>The name of what it was done to.</summary>
    public string? SubjectName { get; init; }

    /// <summary>The tenants that it concerns: the profile's, before and after; those that a token may use.</summary>
    public IReadOnlyList<string> Tenants { get; init; } = [];

    /// <summary>The names of the fields that changed, without what they hold. Behind <c>key</c> stand the fingerprints of the key before and after.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>The code by which this entry confirms all that come before it, as hexadecimal digits.</summary>
    public required string Mac { get; init; }

    /// <summary>Number, actor, action and subject.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => $"{Number}: {Actor}: {Action} {SubjectName ?? SubjectId} ({Outcome}{(Count == 1 ? "" : $", {Count} times")})";
}
