using System.Text.Json;
using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Tokens;

/// <summary>The files that a token and its callback secret are written to, for their owner alone and over none that is there.</summary>
/// <param name="Value">That of the token; null where it is shown.</param>
/// <param name="CallbackSecret">That of the secret; null where it has none.</param>
internal sealed record TokenFiles(string? Value, string? CallbackSecret)
{
    /// <summary>Before anything is made: what cannot be written later should not be made.</summary>
    /// <param name="call">The command.</param>
    /// <param name="value">The token's file; null for none.</param>
    /// <param name="callbackSecret">The secret's; null for none.</param>
    /// <param name="then">What the command has not done, where one has no directory.</param>
    /// <exception cref="CommandFault">There is such a file, or no directory for it, or both are one.</exception>
    /// <exception cref="IOException">One cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static TokenFiles Of(Invocation call, string? value, string? callbackSecret, string then)
    {
        var files = new TokenFiles(value is null ? null : call.PathOf(value), callbackSecret is null ? null : call.PathOf(callbackSecret));
        if (files.Value is not null && files.Value == files.CallbackSecret)
            throw CommandFault.Usage("--out and --callback-secret-out name one file: each secret has one of its own. Nothing was changed.");
        foreach (var file in files.All)
        {
            if (File.Exists(file))
                throw CommandFault.Conflict($"There is a file '{file}' already: nothing was changed. Name another.");
            FileText.RefuseMissing(file, then);
            FileText.Try(file);
        }
        return files;
    }

    private IEnumerable<string> All => ((string?[])[Value, CallbackSecret]).OfType<string>();

    /// <summary>Writes both, or none.</summary>
    public void Write(Secret token, Secret? callbackSecret)
    {
        if (Value is not null)
            ShownOnce.WriteTo(Value, token);
        try
        {
            if (CallbackSecret is not null && callbackSecret is not null)
                ShownOnce.WriteTo(CallbackSecret, callbackSecret);
        }
        catch when (Value is not null)
        {
            File.Delete(Value);
            throw;
        }
    }

    /// <summary>Takes away what was written, where the token is revoked again.</summary>
    public void Delete()
    {
        foreach (var file in All)
            File.Delete(file);
    }

    /// <summary>What is said to people; nothing where there is no file.</summary>
    public string Sentence(string name) => (Value, CallbackSecret) switch
    {
        (null, null) => "",
        (null, _) => "The callback secret is in the file that was named.\n",
        (_, null) => $"Token '{name}' is in the file that was named.\n",
        _ => $"Token '{name}' and its callback secret are in the files that were named.\n",
    };

    /// <summary>The token as it is told, and, where there are files, which hold what it does not tell.</summary>
    public void Write(Utf8JsonWriter json, Action<Utf8JsonWriter> write)
    {
        if (!All.Any())
        {
            write(json);
            return;
        }
        var token = JsonNode.Parse(JsonText.LineOf(write))!.AsObject();
        if (Value is not null)
            token["value_file"] = Value;
        if (CallbackSecret is not null)
            token["callback_secret_file"] = CallbackSecret;
        token.WriteTo(json);
    }
}
