namespace KeyedWorkflows;

/// <summary>Who has limits: who pays, and who calls.</summary>
internal enum LimitSubjectKind
{
    Profile,
    Token,
}
