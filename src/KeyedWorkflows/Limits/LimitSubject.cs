namespace KeyedWorkflows;

/// <summary>Whose limits they are.</summary>
internal readonly record struct LimitSubject(LimitSubjectKind Kind, string Id);
