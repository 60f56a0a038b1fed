namespace KeyedWorkflows;

/// <summary>What an endpoint may look like.</summary>
internal static class EndpointRules
{
    /// <summary>Says what is wrong with an endpoint, without repeating it; null where nothing is.</summary>
    public static string? Fault(Uri endpoint, EndpointOrigin origin)
    {
        if (origin == EndpointOrigin.Caller && EgressUrlRules.Fault(endpoint) is { } fault)
            return fault;
        if (!endpoint.IsAbsoluteUri || endpoint.Host.Length == 0)
            return "is not an absolute address.";
        var secure = endpoint.Scheme == Uri.UriSchemeHttps;
        if (!secure && endpoint.Scheme != Uri.UriSchemeHttp)
            return "is neither https nor http.";
        if (!secure && origin == EndpointOrigin.Host && !endpoint.IsLoopback)
            return "is not https. Plain http is taken on loopback only.";
        if (endpoint.UserInfo.Length > 0)
            return "holds a user name or password.";

        // An empty query or fragment ("…/v1?") is refused as well: what is added to it later would become one.
        return endpoint.OriginalString.AsSpan().ContainsAny('?', '#') ? "holds a query or fragment." : null;
    }
}
