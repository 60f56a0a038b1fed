using System.CommandLine;
using System.Globalization;
using KeyedWorkflows.Cli.Input;
using KeyedWorkflows.Cli.Stores;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>Changes what of a profile may change without its key. What is not named stays as it is.</summary>
internal sealed class UpdateProfileCommand : CliCommand
{
    private const string None = "none";

    private readonly Argument<string> profile = KeyOptions.Profile();
    private readonly Option<string?> model = new("--model") { Description = "The chat model where neither step nor slot names one, or 'none'.", HelpName = "MODEL" };
    private readonly Option<string?> embeddingModel = new("--embedding-model") { Description = "The same for embeddings.", HelpName = "MODEL" };
    private readonly Option<string?> organization = new("--organization") { Description = "The organisation to bill, or 'none'.", HelpName = "ID" };
    private readonly Option<string?> project = new("--project") { Description = "The project to bill, or 'none'.", HelpName = "ID" };
    private readonly Option<string[]> models = new("--map") { Description = "What a model that workflows ask for is called under this profile; without a name behind '=' it is called nothing else any more. May be repeated.", HelpName = "ASKED=CALLED" };
    private readonly Option<string[]> labels = new("--label") { Description = "A note; without a value behind '=' it is taken away. May be repeated.", HelpName = "NAME=VALUE" };
    private readonly Option<string?> concurrentRuns = new("--concurrent-runs") { Description = "How many runs may go on under it at once, or 'none' for no limit.", HelpName = "N" };
    private readonly Option<bool> enable = new("--enable") { Description = "Lets runs use it." };
    private readonly Option<bool> disable = new("--disable") { Description = "Stops runs that it pays for, at their next model call." };
    private readonly Option<string[]> headers = KeyOptions.Headers("A header to send with each call, in the place of all that it has.");
    private readonly Option<bool> noHeaders = new("--no-headers") { Description = "Takes all headers away." };
    private readonly Option<bool> keyFromInput = new(KeyOptions.FromInput) { Description = "Reads the values of headers from standard input, a line each, in the place of prompts." };

    public UpdateProfileCommand()
        : base("update", "Changes what of a profile may change without its key; the rest stays. Its key: rotate. Limits: limits set. Another tenant, provider or endpoint is another profile.")
    {
        Arguments.Add(profile);
        foreach (var option in (Option[])[model, embeddingModel, organization, project, models, labels, concurrentRuns, enable, disable, headers, noHeaders, keyFromInput])
            Options.Add(option);
    }

    public override IReadOnlyList<string> Examples => ["workflows profiles update client_a_openai --model gpt-4o --label team=blue --label trial=", "workflows profiles update client_a_openai --concurrent-runs 5 --project none"];

    public override async Task<int> RunAsync(Invocation call)
    {
        if (!((Option[])[model, embeddingModel, organization, project, models, labels, concurrentRuns, enable, disable, headers, noHeaders]).Any(call.Has))
            throw CommandFault.Usage("Nothing is changed: name what is to be. See: workflows profiles update --help");
        if (call.Get(enable) && call.Get(disable))
            throw CommandFault.Usage("Give --enable or --disable, not both.");
        var names = KeyOptions.Names(call, headers);
        if (names.Length > 0 && call.Get(noHeaders))
            throw CommandFault.Usage("Give --header or --no-headers, not both.");
        if (names.Length == 0 && call.Get(keyFromInput))
            throw CommandFault.Usage("--key-stdin goes with --header: another key is given by 'profiles rotate'.");
        await using var store = await call.OpenStoreAsync();
        var found = await call.FindProfileAsync(store, call.Get(profile)!);
        var draft = ProfileDrafts.Of(found) with
        {
            Model = Changed(call, model, found.Model),
            EmbeddingModel = Changed(call, embeddingModel, found.EmbeddingModel),
            Organization = Changed(call, organization, found.Organization),
            Project = Changed(call, project, found.Project),
            Models = Changed(call, models, found.Models, StringComparer.OrdinalIgnoreCase),
            Labels = Changed(call, labels, found.Labels, StringComparer.Ordinal),
            ConcurrentRuns = Most(call, found.ConcurrentRuns),
            Enabled = call.Get(enable) || (found.Enabled && !call.Get(disable)),
        };
        if (call.Get(noHeaders))
        {
            draft = draft with { Headers = new Dictionary<string, Secret>() };
        }
        else if (names.Length > 0)
        {
            var values = await KeyInput.ReadAllAsync(call.Terminal, call.Get(keyFromInput), [.. names.Select(static header => $"Value of {header}")], KeyOptions.FromInput, call.Cancellation);
            draft = draft with { Headers = names.Zip(values).ToDictionary(static pair => pair.First, static pair => pair.Second, StringComparer.OrdinalIgnoreCase) };
        }
        var others = !found.Enabled && draft is { Enabled: true, Tenant: { } whose } ? await store.ListProfilesAsync(whose, call.Cancellation) : [];
        var changed = await store.ReplaceProfileAsync(found.Id, draft, found.Revision, call.Cancellation);
        if (!found.Enabled)
            NewPayers.Warn(call, others, [changed]);
        return ProfileView.Done(call, changed, $"Profile '{changed.Name}' is changed{(changed.Enabled ? "" : ", and disabled")}. Its key stays.");
    }

    private static string? Changed(Invocation call, Option<string?> option, string? present) => call.Get(option) switch
    {
        null => present,
        None => null,
        var text => text,
    };

    private static Dictionary<string, string> Changed(Invocation call, Option<string[]> option, IReadOnlyDictionary<string, string> present, StringComparer names)
    {
        var pairs = new Dictionary<string, string>(present, names);
        foreach (var text in call.Get(option) ?? [])
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
                throw CommandFault.Usage($"{option.Name} takes a name, '=' and a value, or a name and '=' to take it away. What was given is not repeated here.");
            if (at == text.Length - 1)
                pairs.Remove(text[..at]);
            else
                pairs[text[..at]] = text[(at + 1)..];
        }
        return pairs;
    }

    private int? Most(Invocation call, int? present) => call.Get(concurrentRuns) switch
    {
        null => present,
        None => null,
        var text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0 ? most : throw CommandFault.Usage("--concurrent-runs is a number above 0, or 'none'. To stop all runs: workflows profiles disable"),
    };
}
