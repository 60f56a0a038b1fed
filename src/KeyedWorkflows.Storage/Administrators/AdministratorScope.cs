namespace KeyedWorkflows.Storage;

/// <summary>What a token for administration may do.</summary>
public enum AdministratorScope
{
    /// <summary>Read all, without secrets.</summary>
    Read,

    /// <summary>Read and change all.</summary>
    Write,
}
