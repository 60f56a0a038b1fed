namespace KeyedWorkflows.Storage;

/// <summary>A change of the store that was refused. Nothing was written. The message holds no secret, and no name that fails the grammar.</summary>
public sealed class ProfileRefusedException : Exception
{
    internal ProfileRefusedException(ProfileRefusal reason, string message)
        : base(message) => Reason = reason;

    /// <summary>Why it was refused.</summary>
    public ProfileRefusal Reason { get; }
}
