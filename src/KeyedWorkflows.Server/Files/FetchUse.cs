namespace KeyedWorkflows.Server;

/// <summary>What is fetched: each use has connections of its own.</summary>
internal enum FetchUse
{
    /// <summary>Files that inputs refer to.</summary>
    Files,

    /// <summary>Callbacks at the end of runs.</summary>
    Callbacks,

    /// <summary>What the host tells its operator: at an address of the operator's own, which may be private.</summary>
    Operator,
}
