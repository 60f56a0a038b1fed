using KeyedWorkflows.Hosting;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Vaults;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows;

/// <summary>Adds Azure Key Vault to a host's store.</summary>
public static class AzureKeyVaultWorkflowsBuilderExtensions
{
    /// <summary>
    /// Lets profiles of the store refer to secrets of Azure Key Vault instead of holding keys: <c>azure-kv:https://acme.vault.azure.net/secrets/client-a</c>, or one version of a secret by <c>/…</c> behind it. How long what was read is
    /// used, <see cref="StorageOptions.SecretReferences"/> says.
    /// </summary>
    /// <param name="builder">The host's workflows.</param>
    /// <param name="configure">Names the vaults' hosts, and whom the host signs in as.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">No host is named, or something else than the name of one.</exception>
    public static WorkflowsBuilder AddAzureKeyVault(this WorkflowsBuilder builder, Action<AzureKeyVaultOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new AzureKeyVaultOptions();
        configure(options);
        var vault = new AzureKeyVault(options);
        builder.Services.AddSingleton<ISecretVault>(_ => vault);
        return builder;
    }
}
