namespace KeyedWorkflows.Server;

/// <summary>Who stopped a run.</summary>
internal enum StopReason
{
    None,

    /// <summary>Its caller: by the stop call, or by going away.</summary>
    Caller,

    /// <summary>Its token was revoked.</summary>
    Token,

    /// <summary>The host was told to stop, and its grace is over.</summary>
    Host,

    /// <summary>The store cannot record it.</summary>
    Store,
}
