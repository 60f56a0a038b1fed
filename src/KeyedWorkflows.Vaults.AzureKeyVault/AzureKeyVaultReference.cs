using System.Diagnostics.CodeAnalysis;

namespace KeyedWorkflows.Vaults;

/// <summary>A secret of a vault: <c>https://host/secrets/name</c>, or with a version, which then stays the same.</summary>
internal sealed record AzureKeyVaultReference(Uri Vault, string Name, string? Version)
{
    private const int MaxName = 127;

    /// <summary>Reads a reference strictly: what is written otherwise than it is meant is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out AzureKeyVaultReference? reference)
    {
        reference = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps || !uri.IsDefaultPort || uri.UserInfo.Length > 0 || uri.HostNameType != UriHostNameType.Dns)
            return false;
        string[] parts = text["https://".Length..].Split('/');
        if (parts is not [var host, "secrets", var name, ..] || parts.Length > 4 || !string.Equals(host, uri.Host, StringComparison.OrdinalIgnoreCase) || !IsName(name))
            return false;
        var version = parts.Length == 4 ? parts[3] : null;
        if (version is not null && !IsName(version))
            return false;
        reference = new(new Uri($"https://{uri.Host}/"), name, version);
        return true;
    }

    private static bool IsName(string text) => text.Length is > 0 and <= MaxName && text.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
