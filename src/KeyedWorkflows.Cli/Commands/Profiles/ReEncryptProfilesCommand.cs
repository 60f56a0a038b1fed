using System.CommandLine;
using System.Globalization;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Cli.Stores;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>Brings all that is stored under a new key of the ring, so that what wrapped the ring before can be retired.</summary>
internal sealed class ReEncryptProfilesCommand : CliCommand
{
    public ReEncryptProfilesCommand()
        : base("re-encrypt", "Makes a new key in the ring, under what wraps it now, and encrypts all profiles and tokens under that. What wrapped the ring before then opens old backups only. Where that is to change, first start every host with the new file and the former one: a host that knows the former alone reads nothing of the store after this. Beside the store alone.")
    {
    }

    public override IReadOnlyList<string> Examples => ["workflows profiles re-encrypt --ring-key-file /run/secrets/ring-2 --former-ring-key-file /run/secrets/ring-1"];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = LocalStore.Open(call.StoreSettings with { MayWrapRing = true }, make: false);
        var result = await store.ReEncryptAsync(call.Cancellation);
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("re_encrypted"u8, result.ReEncrypted);
                json.WriteTexts("unreadable", result.Unreadable);
                json.WriteNumber("re_encrypted_tokens"u8, result.ReEncryptedTokens);
                json.WriteTexts("unreadable_tokens", result.UnreadableTokens);
                json.WriteTexts("set_aside", result.SetAside);
                json.WriteEndObject();
            });
        }
        else
        {
            call.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Under a new key of the ring now: {result.ReEncrypted} profiles, {result.ReEncryptedTokens} tokens. Backups of before need what wrapped the ring then. A host that was not started with what wraps it now reads nothing from here on: start it anew with --ring-key-file."));
            if (result.SetAside.Count > 0)
                call.Output.WriteLine(Printable.Of($"Keys in clear text are out of the ring, wrapped, for backups of before: {string.Join(", ", result.SetAside)}. Start the host with the file that wraps the ring."));
        }
        string[] left = [.. result.Unreadable, .. result.UnreadableTokens];
        return left.Length == 0 ? ExitCodes.Done : throw CommandFault.Unavailable(
            $"Left as they are, since the ring does not open them: {string.Join(", ", left)}. Where another key wrapped the ring for them, repeat the command with its file as --former-ring-key-file, and keep that file until then; else delete them, and make them anew.");
    }
}
