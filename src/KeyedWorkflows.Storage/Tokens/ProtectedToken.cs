namespace KeyedWorkflows.Storage;

/// <summary>All of a token that is protected: what it may do, what it is found by, and what signs its callbacks; after a rotation also what it was found by before, until <see cref="AccessToken.FormerUntil"/>.</summary>
internal sealed record ProtectedToken(AccessToken Token, TokenHash Hash, byte[] CallbackKey, TokenHash? FormerHash = null)
{
    /// <summary>Shows neither the hash nor the key.</summary>
    public override string ToString() => Token.ToString();
}
