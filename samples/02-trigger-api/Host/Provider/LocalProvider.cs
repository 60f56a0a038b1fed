using KeyedWorkflows;
using KeyedWorkflows.Testing;

namespace TriggerApi.Host.Provider;

/// <summary>
/// A provider on loopback, so that the sample needs no account: it takes the keys of the three clients, drawn anew at each start, and one more that is stored nowhere. Its model knows just enough of a support desk.
/// </summary>
internal sealed class LocalProvider : IAsyncDisposable
{
    private static readonly TimeSpan SlowAnswer = TimeSpan.FromSeconds(30);

    private readonly ModelServer server;
    private readonly Dictionary<string, string> keys;

    private LocalProvider(ModelServer server, Dictionary<string, string> keys, string ownKey)
    {
        this.server = server;
        this.keys = keys;
        OwnKey = Secret.From(ownKey);
    }

    public Uri Endpoint => server.Endpoint;

    /// <summary>A key of nobody's profile: what a caller sends for one run.</summary>
    public Secret OwnKey { get; }

    public static async Task<LocalProvider> StartAsync(IEnumerable<string> clients)
    {
        var keys = clients.ToDictionary(client => client, NewKey);
        var ownKey = NewKey("own");
        var server = await ModelServer.StartAsync(options =>
        {
            foreach (var key in keys.Values.Append(ownKey))
                options.Keys.Add(key);
        });
        server.When(request => request.ResponseSchema is not null).Answer(request => Classify(request.LastUserMessage));
        server.When(request => Has(request.LastUserMessage, "no hurry")).Delay(SlowAnswer).Answer("Thank you for your patience.");
        server.When(_ => true).Answer(request => Reply(request.LastUserMessage));
        return new(server, keys, ownKey);
    }

    public Secret KeyOf(string client) => Secret.From(keys[client]);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static string NewKey(string owner) => $"{owner}-{Guid.NewGuid():N}";

    private static ModelAnswer Classify(string text)
    {
        var topic = Has(text, "charged", "payment", "money") ? "payment" : Has(text, "where", "parcel", "delivery") ? "delivery" : "product";
        return ModelAnswer.Text($$"""{"name":"{{topic}}","urgent":{{(Has(text, "today") ? "true" : "false")}}}""");
    }

    /// <summary>Reads the first order of the prompt, and the attachment.</summary>
    private static ModelAnswer Reply(string prompt)
    {
        if (Between(prompt, "Attachment ", ": ") is { Length: > 0 } attachment)
            return $"Thank you, we have read {attachment}.";
        return Between(prompt, "\"item\":\"", "\"") is { } item && Between(prompt, "\"parcel\":\"", "\"") is { } parcel
            ? $"Your order of {item} is {parcel}."
            : "Thank you for writing. A colleague has your ticket on the desk.";
    }

    private static string? Between(string text, string before, string after)
    {
        var start = text.IndexOf(before, StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? at + before.Length : -1;
        return start >= 0 && text.IndexOf(after, start, StringComparison.Ordinal) is >= 0 and var end ? text[start..end] : null;
    }

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
