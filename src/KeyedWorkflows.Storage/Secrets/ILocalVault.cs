namespace KeyedWorkflows.Storage;

/// <summary>A vault of the machine itself: it is read each time, at once.</summary>
internal interface ILocalVault : ISecretVault
{
    /// <exception cref="SecretVaultException">There is no key to be had.</exception>
    Secret Read(string reference);
}
