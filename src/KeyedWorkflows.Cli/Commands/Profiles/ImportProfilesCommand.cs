using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Hosts;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Cli.Stores;
using KeyedWorkflows.Cli.Stores.Remote;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>Takes in what an export wrote: all of it or nothing.</summary>
internal sealed class ImportProfilesCommand : CliCommand
{
    private readonly Argument<string> file = new("file") { Description = "What 'profiles export' wrote, or many clients with their keys: {\"clients\":[{\"profile\":{…},\"token\":{…}}]}, as the administration API's bulk takes them; - for standard input." };
    private readonly Option<string?> output = new("--out", "-o") { Description = "Of clients with tokens: the file to write, with the profiles and tokens that were made (0600).", HelpName = "FILE" };

    public ImportProfilesCommand()
        : base("import", "Creates the profiles of an export that are not there, disabled and without a key: 'profiles rotate' gives each its key, 'profiles enable' lets runs use it. Or adds many clients with their keys, all or none.")
    {
        Arguments.Add(file);
        Options.Add(output);
    }

    public override IReadOnlyList<string> Examples => ["workflows profiles import profiles-export.json", "clients-with-keys | workflows profiles import - --out clients.json"];

    public override async Task<int> RunAsync(Invocation call)
    {
        var path = call.Get(file)!;
        string text;
        try
        {
            text = path == "-" ? await call.Terminal.ReadToEndAsync(call.Cancellation) : await File.ReadAllTextAsync(call.PathOf(path), call.Cancellation);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CommandFault.NotFound("There is no such file. Nothing was imported.");
        }
        using var document = Parse(text);
        if (Has(document.RootElement, "clients"))
            return await ImportClientsAsync(call, text, HasTokens(document.RootElement.GetProperty("clients")));
        if (!Has(document.RootElement, "profiles"))
            throw CommandFault.Refused("What was given is JSON, and neither what 'profiles export' writes, {\"version\":1,\"profiles\":[…]}, nor many clients with their keys, {\"clients\":[{\"profile\":{…},\"token\":{…}}]}. Nothing was made.");
        if (call.Get(output) is not null)
            throw CommandFault.Usage("--out goes with clients whose tokens are made: what an export holds has none.");
        await using var store = await call.OpenStoreAsync(make: true);
        var result = await SentAsync(() => store.ImportProfilesAsync(text, call.Cancellation), "the profiles were made", "'workflows profiles list'");
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteTexts("created", result.Created);
                json.WriteTexts("skipped", result.Skipped);
                json.WriteEndObject();
            });
            return ExitCodes.Done;
        }
        call.Output.WriteLine(result.Created.Count == 0 ? "Nothing was missing." : $"Created, disabled and without a key: {string.Join(", ", result.Created)}.");
        if (result.Skipped.Count > 0)
            call.Output.WriteLine($"There before, and left as they are: {string.Join(", ", result.Skipped)}.");
        return ExitCodes.Done;
    }

    private async Task<int> ImportClientsAsync(Invocation call, string text, bool hasTokens)
    {
        var path = call.Get(output) is { } named ? call.PathOf(named) : null;
        if (path is not null && File.Exists(path))
            throw CommandFault.Conflict("There is a file of that name already: nothing was made. Name another.");
        if (path is not null && !Directory.Exists(Path.GetDirectoryName(path)))
            throw CommandFault.NotFound("There is no directory that --out could be written in: nothing was made.");
        if (path is not null)
            FileText.Try(path);
        if (path is null && !call.IsJson && hasTokens)
            throw CommandFault.Usage("Tokens are to be made, which are told this once: name the file that takes them with --out, or give --json. Nothing was made.");
        await using var store = await call.OpenStoreAsync(make: true);
        var before = await store.ListProfilesAsync(null, call.Cancellation);
        var made = await SentAsync(() => store.CreateClientsAsync(text, call.Cancellation), "the clients were made", "'workflows profiles list' and 'workflows tokens list'");
        var (profiles, tokens) = ((int?)made["profiles"] ?? 0, (int?)made["tokens"] ?? 0);
        var told = JsonText.Of(json => made.WriteTo(json));
        try
        {
            if (path is not null)
                FileText.Write(path, told, replace: false);
            else if (call.IsJson)
                call.Terminal.WriteSurely(told);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw await UntoldAsync(store, made, profiles);
        }
        NewPayers.Warn(call, before, made["clients"]!.AsArray().Select(static client => RemoteAnswer.Read<ProfileListing>(client!["profile"]!)));
        if (call.IsJson && path is not null)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("profiles"u8, profiles);
                json.WriteNumber("tokens"u8, tokens);
                json.WriteString("out"u8, path);
                json.WriteEndObject();
            });
        }
        else if (!call.IsJson)
            call.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{profiles} profiles are stored{(tokens > 0 ? $", with {tokens} tokens, which are in the file that was named" : "")}. Their keys were not tried."));
        return ExitCodes.Done;
    }

    /// <summary>What was sent, and answered by something else, may have been done.</summary>
    private static async Task<T> SentAsync<T>(Func<Task<T>> send, string what, string where)
    {
        try
        {
            return await send();
        }
        catch (OddAnswerException)
        {
            throw OddAnswerException.OfMaking(what, where);
        }
    }

    /// <summary>What was made, and could not be told. Tokens are revoked: nobody holds them, and they could be taken for ones that were handed over.</summary>
    private static async Task<CommandFault> UntoldAsync(IOperatorStore store, JsonNode made, int profiles)
    {
        List<string> left = [];
        var tokens = made["clients"]!.AsArray().Select(static client => client?["token"]).OfType<JsonObject>().ToList();
        foreach (var token in tokens)
        {
            try
            {
                await store.RevokeTokenAsync((string)token["id"]!, CancellationToken.None);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                left.Add((string)token["name"]!);
            }
        }
        var then = tokens.Count == 0 ? "What was to be told of them could not be written: see workflows profiles list."
            : left.Count == 0 ? string.Create(CultureInfo.InvariantCulture, $"Their {tokens.Count} tokens could not be told, and are revoked again: make others with 'workflows tokens create'.")
            : string.Create(CultureInfo.InvariantCulture, $"Their {tokens.Count} tokens could not be told, and {left.Count} of them not be revoked either. Nobody knows these; revoke them, and make others with 'workflows tokens create': {string.Join(", ", left)}");
        return CommandFault.Unavailable(string.Create(CultureInfo.InvariantCulture, $"{profiles} profiles are stored. {then}"));
    }

    /// <exception cref="CommandFault">It is no JSON: said as such, and not as another form of it. Nothing of it is repeated.</exception>
    private static JsonDocument Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException error)
        {
            throw CommandFault.Refused(string.Create(CultureInfo.InvariantCulture, $"What was given is no JSON: it is cut off, or mistaken, at line {error.LineNumber + 1}. It is not repeated here. Nothing was made."));
        }
    }

    private static bool Has(JsonElement all, string member) => all.ValueKind == JsonValueKind.Object && all.TryGetProperty(member, out _);

    private static bool HasTokens(JsonElement clients) => clients.ValueKind == JsonValueKind.Array
        && clients.EnumerateArray().Any(static client => client.ValueKind == JsonValueKind.Object && client.TryGetProperty("token", out var token) && token.ValueKind != JsonValueKind.Null);
}
