namespace KeyedWorkflows.Storage;

/// <summary>Why the store refused a change.</summary>
public enum ProfileRefusal
{
    /// <summary>A field of the draft or of the imported text is malformed.</summary>
    Malformed,

    /// <summary>Another profile has the name.</summary>
    NameTaken,

    /// <summary>There is no such profile.</summary>
    NotFound,

    /// <summary>Tenant, provider or endpoint change, and the key (or the headers) were not given with the change.</summary>
    KeyRequired,

    /// <summary>The profile was changed by somebody else since it was read.</summary>
    Changed,

    /// <summary>The profile was altered past the store, or the key ring does not open it: it can be deleted only.</summary>
    Unreadable,

    /// <summary>The database was set back under the running host: it takes no change until the host is started again.</summary>
    StoreSetBack,

    /// <summary>The reference to a key is malformed, or this host does not allow it.</summary>
    ReferenceRefused,
}
