namespace KeyedWorkflows.Storage;

/// <summary>
/// A place that keys lie in, and that profiles refer to as <c>scheme:rest</c>. Register one as a service: <c>services.AddSingleton&lt;ISecretVault, …&gt;()</c>. Its answers are cached as <see cref="SecretReferenceOptions"/> say, and
/// there is one question at a time for each reference. Implementations are safe for use from several threads, and do not ask the store.
/// </summary>
public interface ISecretVault
{
    /// <summary>What its references begin with, before the colon: <c>[a-z][a-z0-9-]{0,31}</c>. <c>env</c> and <c>file</c> are the host's own.</summary>
    string Scheme { get; }

    /// <summary>Says what is wrong with a reference: its form, or that the host does not allow it. Asked when one is stored, and before it is read.</summary>
    /// <param name="reference">What stands behind the colon.</param>
    /// <returns>A sentence that repeats nothing of the reference; null where it may be used.</returns>
    string? FirstFault(string reference);

    /// <summary>Reads a key.</summary>
    /// <param name="reference">What stands behind the colon; <see cref="FirstFault"/> found nothing wrong with it.</param>
    /// <param name="cancellationToken">Ends the reading, when <see cref="SecretReferenceOptions.ReadTimeout"/> is over.</param>
    /// <returns>The key.</returns>
    /// <exception cref="SecretVaultException">There is none to be had: as the vault's answer, or, where it says so, because there was none. Whatever else is thrown counts as no answer; its words are repeated nowhere.</exception>
    Task<VaultSecret> ReadAsync(string reference, CancellationToken cancellationToken);
}
