namespace KeyedWorkflows.Storage;

/// <summary>A vault has no key to give. The message is shown to whoever runs a workflow under the profile: it says what happened and what to do, and holds neither a secret nor the reference.</summary>
public sealed class SecretVaultException : Exception
{
    /// <summary>Says why there is none.</summary>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="retryAfter">How long the vault asks to be left alone; null where it does not say.</param>
    public SecretVaultException(string message, TimeSpan? retryAfter = null)
        : base(message) => RetryAfter = retryAfter;

    /// <summary>How long the vault asks to be left alone. More than a minute counts as one.</summary>
    public TimeSpan? RetryAfter { get; }
}
