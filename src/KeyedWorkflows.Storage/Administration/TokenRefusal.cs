namespace KeyedWorkflows.Storage;

/// <summary>Why the store refused a change of a token.</summary>
public enum TokenRefusal
{
    /// <summary>A field of the draft is malformed, or two do not go together.</summary>
    Malformed,

    /// <summary>Another token has the name.</summary>
    NameTaken,

    /// <summary>There is no such token.</summary>
    NotFound,

    /// <summary>The token was changed by somebody else since it was read.</summary>
    Changed,

    /// <summary>The token was altered past the store, or the key ring does not open it: it can be revoked only.</summary>
    Unreadable,

    /// <summary>The database was set back under the running host: it takes no change until the host is started again.</summary>
    StoreSetBack,
}
