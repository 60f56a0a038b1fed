using System.CommandLine;
using KeyedWorkflows.Cli.Input;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>Gives a profile another key, after it was tried.</summary>
internal sealed class RotateProfileCommand : CliCommand
{
    private readonly Argument<string> profile = KeyOptions.Profile();
    private readonly Option<bool> keyFromInput = KeyOptions.FromStandardInput();
    private readonly Option<string?> reference = KeyOptions.Reference();
    private readonly Option<bool> force = new("--force") { Description = "Does not try the new key before." };
    private readonly Option<string?> model = new("--model") { Description = "The model that the key is tried with, where the profile names none.", HelpName = "MODEL" };

    public RotateProfileCommand()
        : base("rotate", "Gives a profile another key: it pays for the next model call of every run. It is tried before, and refused where the provider does not answer under it.")
    {
        Arguments.Add(profile);
        Options.Add(keyFromInput);
        Options.Add(reference);
        Options.Add(force);
        Options.Add(model);
    }

    public override IReadOnlyList<string> Examples => ["workflows profiles rotate client_a_openai", "pass show client-a/openai | workflows profiles rotate client_a_openai --key-stdin"];

    public override async Task<int> RunAsync(Invocation call)
    {
        var referred = call.Get(reference) is { } given ? KeyReferences.Check(given) : null;
        if (referred is not null && call.Get(keyFromInput))
            throw CommandFault.Usage("Give --key-reference or --key-stdin, not both. Nothing was changed.");
        await using var store = await call.OpenStoreAsync();
        var found = await call.FindProfileAsync(store, call.Get(profile)!);
        if (referred is not null)
        {
            var refers = await store.ReferToKeyAsync(found.Id, referred, call.Cancellation);
            return ProfileView.Done(call, refers, $"Profile '{refers.Name}' refers to {refers.KeyReference}, which its host reads when it is used, and was not tried.{(found.KeyFingerprint is null ? "" : " The key that it held is gone: revoke it with its provider.")}");
        }
        var key = await KeyInput.ReadProviderKeyAsync(call.Terminal, call.Get(keyFromInput), $"New key of {found.Name}", KeyOptions.FromInput, call.Cancellation);
        var (changed, trial) = await store.RotateKeyAsync(found.Id, key, call.Get(force), call.Get(model), call.Cancellation);
        if (changed is null)
            throw CommandFault.Refused($"Profile '{found.Name}' keeps the key that it has: the provider did not answer under the new one ({trial?.ErrorCode}). {TrialView.Text(trial)} --force swaps it all the same.");
        return ProfileView.Done(
            call,
            changed,
            changed.KeyFingerprint == found.KeyFingerprint
                ? $"Profile '{changed.Name}' has the key that it had: {changed.KeyFingerprint}."
                : found.KeyFingerprint is { } former ? $"Profile '{changed.Name}' has another key: {changed.KeyFingerprint}, before {former}. Revoke the old one with its provider."
                : $"Profile '{changed.Name}' has a key now: {changed.KeyFingerprint}.{(changed.Enabled ? "" : $" It is disabled: workflows profiles enable {changed.Name}")}");
    }
}
