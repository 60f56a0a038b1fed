namespace KeyedWorkflows.Storage;

/// <summary>Why a protected text cannot be opened.</summary>
internal enum KeyRingFault
{
    /// <summary>It was altered, or belongs elsewhere.</summary>
    Tampered,

    /// <summary>The key that protects it is not in the ring, or cannot be unwrapped.</summary>
    Lost,
}
