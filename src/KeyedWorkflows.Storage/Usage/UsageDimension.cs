namespace KeyedWorkflows.Storage;

/// <summary>What usage is told by.</summary>
public enum UsageDimension
{
    /// <summary>Whose profile paid.</summary>
    Tenant,

    /// <summary>The profile that paid, by id and name.</summary>
    Profile,

    /// <summary>The workflow.</summary>
    Workflow,

    /// <summary>The model that answered, or, where none did, the one that was asked.</summary>
    Model,

    /// <summary>The caller's token, by id.</summary>
    Token,

    /// <summary>The day on which the call ended, in the query's time zone.</summary>
    Day,
}
