using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Input;

/// <summary>References to keys, as they are stored beside a host: whether the host reads what they name is for it to say, when it does.</summary>
internal static class KeyReferences
{
    public const string Option = "--key-reference";

    /// <exception cref="CommandFault">It is none. What was given is not repeated: it may be a key.</exception>
    public static string Check(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (scheme, rest) = colon < 0 ? ("", text) : (text[..colon], text[(colon + 1)..]);
        var fault = scheme switch
        {
            "env" => new EnvironmentVault().FirstFault(rest),
            "file" => IsFile(rest) ? null : "it does not name a file of the host's directory of secrets: its name, of letters, digits, '_', '-' and '.', or the whole path.",
            "azure-kv" => IsSecretOfAzure(rest) ? null : "it is not of the form azure-kv:https://host/secrets/name or azure-kv:https://host/secrets/name/version.",
            _ => "it begins neither with env:, nor with file:, nor with azure-kv:.",
        };
        return fault is null ? text : throw CommandFault.Usage($"{Option} is no reference to a key: {fault} It is not repeated here, and nothing was stored.");
    }

    private static bool IsFile(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return (name == path || path.StartsWith('/')) && name.Length is > 0 and <= 255 && name is not ("." or "..") && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
    }

    private static bool IsSecretOfAzure(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0
        && address.AbsolutePath.Split('/') is ["", "secrets", { Length: > 0 }] or ["", "secrets", { Length: > 0 }, { Length: > 0 }];
}
