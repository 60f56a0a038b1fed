namespace KeyedWorkflows.Storage;

/// <summary>Something that was refused, as it is counted: what is equal is one line.</summary>
/// <param name="Actor">Who asked.</param>
/// <param name="Action">For what.</param>
/// <param name="Outcome">Why it was refused: a code.</param>
/// <param name="SubjectKind">What it concerned: a profile or a token.</param>
/// <param name="SubjectId">Its id; null where there is none that exists.</param>
/// <param name="SubjectName">Its name.</param>
/// <param name="Tenant">Whose it is.</param>
internal sealed record RefusedUse(AuditActor Actor, string Action, string Outcome, string SubjectKind, string? SubjectId = null, string? SubjectName = null, string? Tenant = null);
