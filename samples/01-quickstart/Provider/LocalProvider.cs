using KeyedWorkflows.Testing;
using Microsoft.Extensions.Configuration;
using Quickstart.Desk;

namespace Quickstart.Provider;

/// <summary>
/// A provider on loopback, so that the sample needs no account: it accepts only the keys of the three clients, drawn anew at each start, and counts requests and tokens by key. Its model knows
/// just enough of a support desk.
/// </summary>
internal sealed class LocalProvider : IAsyncDisposable
{
    private readonly ModelServer server;
    private readonly Dictionary<string, string> keys;

    private LocalProvider(ModelServer server, Dictionary<string, string> keys)
    {
        this.server = server;
        this.keys = keys;
    }

    public Uri Endpoint => server.Endpoint;

    public static async Task<LocalProvider> StartAsync(IEnumerable<string> clients)
    {
        var keys = clients.Distinct().ToDictionary(client => client, client => $"{client}-{Guid.NewGuid():N}");
        var server = await ModelServer.StartAsync(options =>
        {
            foreach (var key in keys.Values)
                options.Keys.Add(key);
        });
        server.When(request => request.ResponseSchema is not null).Answer(request => Classify(request.LastUserMessage));
        server.When(request => request.Tools.Count > 0 && request.Messages[^1].Role == "user" && OrderIn(request.LastUserMessage) is not null)
            .Answer(request => ModelAnswer.CallTool("TrackParcel", $$"""{"orderNumber":"{{OrderIn(request.LastUserMessage)}}"}"""));
        server.When(_ => true).Answer(request => Reply(request.Messages[^1]));
        return new(server, keys);
    }

    /// <summary>What an operator would put into the host's configuration or its encrypted store: one profile a client.</summary>
    public void AddProfiles(IConfigurationBuilder configuration) => configuration.AddInMemoryCollection(keys.SelectMany(pair => new Dictionary<string, string?>
    {
        [$"KeyedWorkflows:Profiles:{pair.Key}_openai:Tenant"] = pair.Key,
        [$"KeyedWorkflows:Profiles:{pair.Key}_openai:Provider"] = "openai",
        [$"KeyedWorkflows:Profiles:{pair.Key}_openai:ApiKey"] = pair.Value,
    }));

    /// <summary>What the provider counted for a client's key.</summary>
    public (long Requests, long Tokens) CountedFor(string client) => server.Usage(keys[client]) is var usage ? (usage.Requests, usage.TotalTokens) : default;

    /// <summary>The requests that came with another key than that of the client whose ticket they speak of, and those that were turned away.</summary>
    public IReadOnlyList<string> StrayRequests(IReadOnlyList<IncomingTicket> tickets) =>
    [
        .. from request in server.Requests
           let owner = tickets.FirstOrDefault(ticket => request.Messages.Any(message => message.Text.Contains(ticket.Question, StringComparison.Ordinal)))
           where request.Refused || owner is null || request.Key != keys[owner.Client]
           select request.ToString(),
    ];

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static ModelAnswer Classify(string text)
    {
        var topic = Has(text, "charged", "payment", "money") ? "payment" : Has(text, "where", "news", "parcel", "delivery") ? "delivery" : "product";
        var urgent = Has(text, "today", "help!", "blocked");
        return ModelAnswer.Text($$"""{"name":"{{topic}}","urgent":{{(urgent ? "true" : "false")}}}""");
    }

    private static ModelAnswer Reply(ModelMessage last) => last.Role == "tool"
        ? $"Thank you for your patience. Your parcel is {last.Text.Trim('"')}. We are sorry for the wait."
        : "Thank you for writing. A colleague has your ticket on the desk, and you will have an answer within the day.";

    private static string? OrderIn(string text) =>
        text.IndexOf("order ", text.IndexOf("Ticket ", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? text.Substring(at + 6, 4) : null;

    private static bool Has(string text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
