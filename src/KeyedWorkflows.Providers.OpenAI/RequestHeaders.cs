using System.Buffers;

namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>
/// What every request of one credential carries: user agent, key, organisation, project and the profile's own headers. All of it is checked here, when the client is built, so that a
/// profile which cannot work says so before the first call.
/// </summary>
internal sealed class RequestHeaders
{
    private const int LongestName = 128;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // Who pays, where it goes, and how the message is framed are not a profile's headers to decide.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "api-key", "Host", "OpenAI-Organization", "OpenAI-Project", "Accept", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Cookie", "Expect",
        "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    private readonly Secret apiKey;
    private readonly KeyValuePair<string, Secret>[] own;
    private readonly string? organization;
    private readonly string? project;
    private readonly string userAgent;
    private readonly bool isAzure;

    public RequestHeaders(ModelClientContext context, OpenAIEndpoint endpoint, string userAgent)
    {
        apiKey = context.ApiKey is { IsUsable: true } key
            ? key
            : throw Refused("it holds no key. An endpoint that asks for none takes any word as key");
        organization = Checked(context.Organization, "organisation");
        project = Checked(context.Project, "project");
        own = context.Headers.Count == 0 ? [] : [.. context.Headers];
        foreach (var (name, value) in own)
            Check(name, value);
        this.userAgent = userAgent;
        isAzure = endpoint.IsAzure;
    }

    /// <summary>Puts the headers on a request, through whatever sets one.</summary>
    public void ApplyTo(Action<string, string> set)
    {
        set("User-Agent", userAgent);
        foreach (var (name, value) in own)
            set(name, value.Reveal());
        if (organization is not null)
            set("OpenAI-Organization", organization);
        if (project is not null)
            set("OpenAI-Project", project);
        if (isAzure)
            set("api-key", apiKey.Reveal());
        else
            set("Authorization", "Bearer " + apiKey.Reveal());
    }

    /// <summary>Whether a text that the provider sent holds a piece of a secret that it was given.</summary>
    public bool HoldsPieceOfSecret(string text, int piece)
    {
        if (IsIn(apiKey))
            return true;
        foreach (var (_, value) in own)
        {
            if (IsIn(value))
                return true;
        }
        return false;

        bool IsIn(Secret secret)
        {
            var key = secret.Reveal().AsSpan();

            // A word such as "on" or "1" is in every other text, and no secret.
            if (key.Length < 4)
                return false;
            var length = Math.Min(piece, key.Length);
            for (var start = 0; start + length <= key.Length; start++)
            {
                if (text.AsSpan().Contains(key.Slice(start, length), StringComparison.OrdinalIgnoreCase))
                    return true;
            }
            return false;
        }
    }

    private static string? Checked(string? value, string field)
    {
        if (string.IsNullOrEmpty(value))
            return null;
        return value.Length <= 256 && !value.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? value
            : throw Refused($"its {field} is not 1 to 256 printable ASCII characters without spaces");
    }

    private static void Check(string name, Secret value)
    {
        if (name.Length is 0 or > LongestName || name.AsSpan().ContainsAnyExcept(NameCharacters))
            throw Refused("the name of one of its headers is malformed");
        if (Reserved.TryGetValue(name, out var reserved))
            throw Refused($"its headers may not set {reserved}, which the provider sets itself");
        if (!value.IsUsable)
            throw Refused("the value of one of its headers cannot be read");
    }

    private static ModelCallException Refused(string why) => new(WorkflowErrorCodes.ProviderNotInitialized, $"The profile cannot be used: {why}.");
}
