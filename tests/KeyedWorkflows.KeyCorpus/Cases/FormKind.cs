namespace KeyedWorkflows.KeyCorpus.Cases;

/// <summary>How much of a file a form is.</summary>
internal enum FormKind
{
    /// <summary>Statements of a method.</summary>
    Body,

    /// <summary>Members of a class.</summary>
    Member,

    /// <summary>Declarations of a namespace.</summary>
    Types,

    /// <summary>All of it, top-level statements included.</summary>
    File,
}
