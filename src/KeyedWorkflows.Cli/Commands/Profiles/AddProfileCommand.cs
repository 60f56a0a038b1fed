using System.CommandLine;
using KeyedWorkflows.Cli.Input;
using KeyedWorkflows.Cli.Serving;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>Stores a client's key under a name.</summary>
internal sealed class AddProfileCommand : CliCommand
{
    /// <summary>The families that this program tries keys with and serves. A host of one's own may have others.</summary>
    private static readonly string[] Providers = ["openai"];

    private readonly Argument<string> name = new("name") { Description = "The profile's name, for good: [a-z0-9][a-z0-9_.-]{0,63}." };
    private readonly Option<string?> tenant = new("--tenant") { Description = "Whose profile it is. Left out: the operator's own.", HelpName = "TENANT" };
    private readonly Option<string> provider = new("--provider") { Description = "The family of providers.", HelpName = "NAME", DefaultValueFactory = static _ => "openai" };
    private readonly Option<string?> model = new("--model") { Description = "The chat model where neither step nor slot names one.", HelpName = "MODEL" };
    private readonly Option<string?> embeddingModel = new("--embedding-model") { Description = "The same for embeddings.", HelpName = "MODEL" };
    private readonly Option<string?> endpoint = new("--endpoint") { Description = "The endpoint, where it is not the provider's own.", HelpName = "URL" };
    private readonly Option<string?> organization = new("--organization") { Description = "The organisation to bill.", HelpName = "ID" };
    private readonly Option<string?> project = new("--project") { Description = "The project to bill.", HelpName = "ID" };
    private readonly Option<string[]> models = new("--map") { Description = "What a model that workflows ask for is called under this profile; may be repeated.", HelpName = "ASKED=CALLED" };
    private readonly Option<string[]> labels = new("--label") { Description = "A note, which lists and exports show; may be repeated.", HelpName = "NAME=VALUE" };
    private readonly Option<bool> disabled = new("--disabled") { Description = "Runs may not use it yet." };
    private readonly Option<bool> test = new("--test") { Description = "Tries the key with its provider, and stores the profile disabled where it does not work." };
    private readonly Option<string?> reference = KeyOptions.Reference();
    private readonly Option<string[]> headers = KeyOptions.Headers("A header to send with each call.");
    private readonly Option<bool> keyFromInput = KeyOptions.FromStandardInput();

    public AddProfileCommand()
        : base("add", "Stores a client's key under a name. The key is asked for, or read from standard input; or it stays where it is, and is referred to.")
    {
        Arguments.Add(name);
        foreach (var option in (Option[])[tenant, provider, model, embeddingModel, endpoint, organization, project, models, labels, reference, headers, disabled, test, keyFromInput])
            Options.Add(option);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "workflows profiles add client_a_openai --tenant client-a --model gpt-4o-mini",
        "pass show client-a/openai | workflows profiles add client_a_openai --tenant client-a --key-stdin",
        "workflows profiles add client_a_openai --tenant client-a --key-reference env:KEYEDWORKFLOWS_SECRET_CLIENT_A",
        "workflows profiles add client_a_gateway --tenant client-a --endpoint https://llm.example.com/v1 --header X-Team",
    ];

    public override async Task<int> RunAsync(Invocation call)
    {
        // Before the key is asked for: who typed a name that cannot be should not type a key for it.
        var wanted = call.Get(name)!;
        if (!ProfileNames.IsValid(wanted))
            throw CommandFault.Usage("The name is not of the form [a-z0-9][a-z0-9_.-]{0,63}, or looks like a key. It is not repeated here, and nothing was stored.");
        if (call.Get(tenant) is { } owner && !ProfileNames.IsValid(owner))
            throw CommandFault.Usage("The tenant is not of the form [a-z0-9][a-z0-9_.-]{0,63}, or looks like a key. It is not repeated here, and nothing was stored.");
        Uri? address = null;
        if (call.Get(endpoint) is { } text && !Uri.TryCreate(text, UriKind.Absolute, out address))
            throw CommandFault.Usage("The endpoint is not an absolute address, such as https://llm.example.com/v1. It is not repeated here, and nothing was stored.");
        var referred = call.Get(reference) is { } given ? KeyReferences.Check(given) : null;
        if (referred is not null && call.Get(test) && call.Host is null)
            throw CommandFault.Usage("--test does not go with --key-reference beside the store: the host alone reads what it refers to. Nothing was stored.");
        if (call.Get(test) && call.Host is null && (call.Get(model) ?? call.Get(embeddingModel)) is null)
            throw CommandFault.Usage("--test asks a model one question, and none is named: give --model, or --embedding-model. Nothing was stored.");
        var names = KeyOptions.Names(call, headers);
        if (referred is not null && names.Length == 0 && call.Get(keyFromInput))
            throw CommandFault.Usage("Give --key-reference or --key-stdin, not both. Nothing was stored.");
        var draft = new ProfileDraft
        {
            Name = wanted,
            Tenant = call.Get(tenant),
            Provider = call.Get(provider)!,
            Endpoint = address,
            Organization = call.Get(organization),
            Project = call.Get(project),
            Model = call.Get(model),
            EmbeddingModel = call.Get(embeddingModel),
            Models = PairOption.Read(call, models),
            Labels = PairOption.Read(call, labels),
            KeyReference = referred,
            Enabled = !call.Get(disabled),
        };
        await using var store = await call.OpenStoreAsync(make: true);
        if (await store.FindProfileAsync(wanted, call.Cancellation) is { } present && present.Name == wanted)
            throw CommandFault.Conflict($"There is a profile '{wanted}' already. Give it another key with: workflows profiles rotate {wanted}");
        if (!Providers.Contains(draft.Provider))
        {
            call.Terminal.Say(
                $"Warning: what --provider names is none of the families that this command knows ({string.Join(", ", Providers)}).{(NearestName.Of(draft.Provider, Providers) is { } near ? $" Did you mean '{near}'?" : "")} It may be one of the host's own; else runs under the profile are refused.");
        }
        if (address is { Scheme: "http" } && !ServedHost.IsLoopback(address))
            call.Terminal.Say("Warning: the endpoint is plain http on another machine: the key, and what is asked and answered, travel in the open. Use https, unless the way there is protected otherwise.");
        var others = draft.Tenant is { } whose ? await store.ListProfilesAsync(whose, call.Cancellation) : [];
        string[] prompts = [.. referred is null ? [$"Key of {wanted}"] : Array.Empty<string>(), .. names.Select(static header => $"Value of {header}")];
        var secrets = await KeyInput.ReadAllAsync(call.Terminal, call.Get(keyFromInput), prompts, KeyOptions.FromInput, call.Cancellation);
        var key = referred is null ? KeyInput.Provider(secrets[0]) : null;
        var values = names.Zip(secrets.Skip(key is null ? 0 : 1)).ToDictionary(static pair => pair.First, static pair => pair.Second, StringComparer.OrdinalIgnoreCase);
        var tries = call.Get(test);
        var made = await store.CreateProfileAsync(draft with { ApiKey = key, Headers = values, Enabled = draft.Enabled && !tries }, call.Cancellation);
        if (tries)
        {
            var trial = await store.TryProfileAsync(made.Id, null, call.Cancellation);
            if (!trial.IsOk)
            {
                throw CommandFault.Refused(
                    $"Profile '{wanted}' is stored and disabled: the provider did not answer under its key ({trial.ErrorCode}). {TrialView.Text(trial)} Give it another with: workflows profiles rotate {wanted}, and then: workflows profiles enable {wanted}");
            }
            if (draft.Enabled)
                made = await store.SetProfileEnabledAsync(made.Id, true, call.Cancellation);
        }
        NewPayers.Warn(call, others, [made]);
        return ProfileView.Done(call, made, $"Profile '{made.Name}' is stored{(made.Enabled ? "" : ", and disabled")}. {(referred is null ? $"Its key shows as {made.KeyFingerprint}." : $"It refers to {made.KeyReference}, which its host reads when it is used.")}");
    }
}
