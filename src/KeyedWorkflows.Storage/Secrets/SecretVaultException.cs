namespace KeyedWorkflows.Storage;

/// <summary>
/// A vault has no key to give. The message is shown to whoever runs a workflow under the profile: it says what happened and what to do, and holds neither a secret nor the reference. It is the vault's answer unless
/// <see cref="IsTransient"/> says otherwise: the key that was read before is used no more.
/// </summary>
public sealed class SecretVaultException : Exception
{
    /// <summary>Says why there is none.</summary>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="retryAfter">How long the vault asks to be left alone; null where it does not say.</param>
    public SecretVaultException(string message, TimeSpan? retryAfter = null)
        : base(message) => RetryAfter = retryAfter;

    /// <summary>How long the vault asks to be left alone. More than a minute counts as one.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>
    /// Whether the vault has not answered: it is down, slow, or was asked too often. Then the key that was read before may be used for <see cref="SecretReferenceOptions.MaxStale"/> more. False unless set: there is no such secret, it is
    /// disabled or has expired, or it is not for this host, and nothing of what was read before holds any longer.
    /// </summary>
    public bool IsTransient { get; init; }
}
