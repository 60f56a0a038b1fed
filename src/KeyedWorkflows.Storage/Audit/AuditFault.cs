namespace KeyedWorkflows.Storage;

/// <summary>What is wrong with an audit.</summary>
public enum AuditFault
{
    /// <summary>An entry is not what was written: it was edited, exchanged with another, or put in by somebody who does not have the host's key.</summary>
    Altered,

    /// <summary>An entry lacks between others.</summary>
    Missing,

    /// <summary>The audit ends before an entry that is known to have been written, also under a key that is not there any more, or goes on otherwise than it did.</summary>
    Truncated,

    /// <summary>An entry was written under a key of the host's that is not there any more: the key ring was lost, or the key was taken out of the database.</summary>
    KeyLost,

    /// <summary>The host itself noted, when it wrote the entry, that entries before it had been taken away, or that the audit was begun anew in the place of another. It is whole from there on.</summary>
    Gap,
}
