using System.CommandLine;
using KeyedWorkflows.Cli.Hosts;
using KeyedWorkflows.Cli.Input;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Cli.Serving;
using KeyedWorkflows.Cli.Stores;
using KeyedWorkflows.Cli.Stores.Remote;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli;

/// <summary>A command as it was called.</summary>
internal sealed class Invocation(Terminal terminal, GlobalOptions options, ParseResult parsed, CancellationToken cancellationToken)
{
    /// <summary>Where the OpenAI family is, where it is not OpenAI: a gateway, or a model server.</summary>
    public const string OpenAIVariable = "KEYEDWORKFLOWS_OPENAI_ENDPOINT";

    public Terminal Terminal => terminal;

    public TextWriter Output => terminal.Output;

    public CancellationToken Cancellation => cancellationToken;

    public bool IsJson => parsed.GetValue(options.Json);

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parsed.GetValue(argument);

    public bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>The store on this machine.</summary>
    /// <exception cref="CommandFault">A host is named, or a token for one: who gives that means to change no more than it may.</exception>
    public StoreSettings StoreSettings => Host is not null ? throw CommandFault.Usage("This is done beside the store itself, on its machine: leave --host out.")
        : TokenFile is not null ? throw CommandFault.Usage("--token-file holds a token for a host, and none is named: the store itself takes none. Give --host URL, or leave --token-file out. Nothing was changed.")
        : StoreSettings.Of(
            terminal, Get(options.Store), Get(options.Ring), Get(options.RingKeyFile), Get(options.FormerRingKeyFiles) ?? [], Get(options.PostgreSql), Get(options.PostgreSqlFile), Get(options.AllowUnprotectedRing));

    public Uri? OpenAIEndpoint => terminal.Variable(OpenAIVariable) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "https" or "http" && endpoint.UserInfo.Length == 0 ? endpoint
        : throw CommandFault.Usage($"The variable {OpenAIVariable} is not an absolute address, such as https://api.openai.com/v1.");

    public string? Host => Get(options.Host);

    public string? TokenFile => Get(options.TokenFile);

    /// <summary>Opens the store that the command names, here or at a host.</summary>
    /// <param name="make">Whether it is made where it is missing.</param>
    /// <param name="workflows">The workflows that a store here is asked about, which knows none itself.</param>
    public async Task<IOperatorStore> OpenStoreAsync(bool make = false, WorkflowAssembly? workflows = null)
    {
        if (Host is not { } host)
        {
            var settings = StoreSettings;
            return LocalStore.Open(settings, make, OpenAIEndpoint, workflows: workflows, made: () => SayMade(settings));
        }
        if (((Option[])[options.Store, options.PostgreSql, options.PostgreSqlFile]).Any(Has))
            throw CommandFault.Usage("Name a store or a host, not both.");
        return new RemoteStore(AdministrationApi.Open(HostAddress.Read(host, HostAddress.Administration), await HostAddress.TokenAsync(this, HostAddress.AdministrationTokenVariable, "Token (adm-…)")));
    }

    /// <summary>Says that a store was made: whoever meant one that is there has named another place.</summary>
    public void SayMade(StoreSettings settings)
    {
        terminal.Say($"There was no store in '{settings.Place}': one is made.");
    }

    /// <summary>A path as the caller wrote it, from where the command was called.</summary>
    public string PathOf(string path) => Path.GetFullPath(path, terminal.Directory);

    /// <summary>Finds the profile that was named. What was given is not repeated: it may be a key, or anybody's text.</summary>
    public async Task<ProfileListing> FindProfileAsync(IOperatorStore store, string nameOrId)
    {
        if (!ProfileNames.IsValid(nameOrId) && !ProfileNames.IsValidId(nameOrId))
            throw CommandFault.Usage("What was given is no name or id of a profile: a name is of the form [a-z0-9][a-z0-9_.-]{0,63}, and does not look like a key. It is not repeated here.");
        if (await store.FindProfileAsync(nameOrId, cancellationToken) is { } found)
            return found;
        var names = (await store.ListProfilesAsync(null, cancellationToken)).Select(static profile => profile.Name);
        throw CommandFault.NotFound("There is no such profile." + Hint(nameOrId, names, "workflows profiles list"));
    }

    /// <summary>Finds the token that was named.</summary>
    public async Task<AccessToken> FindTokenAsync(IOperatorStore store, string nameOrId)
    {
        if (!ProfileNames.IsValid(nameOrId) && !ProfileNames.IsValidId(nameOrId))
            throw CommandFault.Usage("What was given is no name or id of a token. It is not repeated here: a token's own text (app-…) is never an argument.");
        var all = await store.ListTokensAsync(cancellationToken);
        var (named, identified) = (all.FirstOrDefault(token => token.Name == nameOrId), all.FirstOrDefault(token => token.Id == nameOrId));
        if (named is not null && identified is not null && named != identified)
            throw CommandFault.Refused("What was given is the name of one token and the id of another. Nothing was changed. Rename the one that is called so over the administration API, or give the name of the other.");
        return named ?? identified
            ?? throw CommandFault.NotFound("There is no such token." + Hint(nameOrId, all.Select(static token => token.Name), "workflows tokens list"));
    }

    /// <summary>Asks for a word before something that cannot be taken back.</summary>
    /// <param name="question">What is to be done.</param>
    /// <param name="word">What has to be typed.</param>
    /// <param name="isSure">Whether the command said so already.</param>
    public async Task ConfirmAsync(string question, string word, bool isSure)
    {
        if (isSure)
            return;
        if (!terminal.IsInputTerminal)
            throw CommandFault.Usage("This cannot be taken back, and nobody is at the terminal to be asked: give --yes.");
        terminal.Error.Write($"{question} Type '{word}' to go on: ");
        terminal.Error.Flush();
        var typed = await terminal.ReadLineAsync(cancellationToken);
        if (typed?.Trim() != word)
            throw CommandFault.Refused("Nothing was changed.");
    }

    private static string Hint(string given, IEnumerable<string> names, string list) => NearestName.Of(given, names) is { } near ? $" Did you mean '{near}'?" : $" See: {list}";
}
