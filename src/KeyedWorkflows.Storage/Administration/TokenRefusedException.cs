namespace KeyedWorkflows.Storage;

/// <summary>A change of a token that was refused. Nothing was written. The message holds no secret, and no name that fails the grammar.</summary>
public sealed class TokenRefusedException : Exception
{
    internal TokenRefusedException(TokenRefusal reason, string message)
        : base(message) => Reason = reason;

    /// <summary>Why it was refused.</summary>
    public TokenRefusal Reason { get; }
}
