namespace KeyedWorkflows;

/// <summary>The server that the generated clients run workflows on, and who asks it. Checked when the host starts, and read when a client is first taken from the services.</summary>
public sealed class WorkflowClientOptions
{
    /// <summary>
    /// The name of the <see cref="HttpClient"/> that the clients use, for <c>services.AddHttpClient(WorkflowClientOptions.HttpClientName)</c>: a proxy, a certificate, a handler of your own. It carries the token, and keys that are given
    /// for a run: what is added there sees both. Address, token and time-out are set after what is configured there.
    /// </summary>
    public const string HttpClientName = "KeyedWorkflows.Client";

    /// <summary>
    /// The server's API, with the prefix that it is mapped under: <c>https://workflows.example.com/v1</c>. It must be https, but on loopback, unless <see cref="AllowPlainHttp"/> is set; without user-info, query and fragment.
    /// </summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>The token of runs, <c>app-…</c>, that the server's operator made.</summary>
    public Secret? Token { get; set; }

    /// <summary>By whom runs are asked for where <see cref="RunOptions.EndUser"/> does not say it: 1 to 255 characters. Left out: <c>keyedworkflows-client</c>.</summary>
    public string? EndUser { get; set; }

    /// <summary>Sends the token, and keys given for runs, over plain http to other machines too. Only on a network that nobody else reads.</summary>
    public bool AllowPlainHttp { get; set; }

    /// <summary>
    /// How long a call goes on trying where the server is not reached, is busy (429) or stopping (503), and how long a run's broken connection is taken up again, counted from when it broke, as long as no other brings an event
    /// or stands. No time at all: it is tried once. A run is begun and paid for once, however often its request is repeated.
    /// </summary>
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What is wrong; null where nothing is.</summary>
    internal string? FirstFault =>
        BaseAddress is null ? $"{nameof(BaseAddress)} is missing: the server's API, such as https://workflows.example.com/v1."
        : !BaseAddress.IsAbsoluteUri || (BaseAddress.Scheme != Uri.UriSchemeHttps && BaseAddress.Scheme != Uri.UriSchemeHttp) ? $"{nameof(BaseAddress)} must be an absolute address of https."
        : BaseAddress.UserInfo.Length > 0 || BaseAddress.Query.Length > 0 || BaseAddress.Fragment.Length > 0 ? $"{nameof(BaseAddress)} must have no user-info, query or fragment."
        : BaseAddress.Scheme == Uri.UriSchemeHttp && !AllowPlainHttp && !BaseAddress.IsLoopback ? $"{nameof(BaseAddress)} is plain http: token and keys would travel in the open. Use https; {nameof(AllowPlainHttp)} is for networks that nobody else reads."
        : Token is not { IsUsable: true } ? $"{nameof(Token)} is missing: Secret.From(…) of the token, app-…, that the server's operator made."
        : EndUser is { Length: 0 or > 255 } ? $"{nameof(EndUser)} must be 1 to 255 characters. Leave it out where there is none."
        : RetryFor < TimeSpan.Zero ? $"{nameof(RetryFor)} is negative."
        : null;
}
