using Azure.Core;

namespace KeyedWorkflows.Vaults;

/// <summary>Which vaults of Azure are read, and as whom. Read once, when the host starts.</summary>
public sealed class AzureKeyVaultOptions
{
    /// <summary>The names of the vaults' hosts, whole and exact, such as <c>acme.vault.azure.net</c>. A reference that names another is refused: whoever may store references cannot send the host's identity elsewhere.</summary>
    public IList<string> Hosts { get; } = [];

    /// <summary>Whom the host signs in as. Null, which it is unless set: as <c>DefaultAzureCredential</c> finds out, which is the managed identity on Azure. It needs the right to get secrets, and no other.</summary>
    public TokenCredential? Credential { get; set; }

    /// <summary>What the vaults are reached by, in tests.</summary>
    internal Func<HttpMessageHandler>? Handler { get; set; }
}
