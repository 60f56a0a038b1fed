using Microsoft.AspNetCore.HttpLogging;

namespace KeyedWorkflows.Server;

/// <summary>
/// Keys stand in the bodies and headers of the API: a host that logs bodies does not log these. The endpoints say so themselves; this says so where the host's logging comes before its routing, and no endpoint is known yet.
/// </summary>
internal sealed class UnloggedBodies : IHttpLoggingInterceptor
{
    private volatile string[] prefixes = [];

    /// <summary>Whether the API is mapped nowhere.</summary>
    public bool IsEmpty => prefixes.Length == 0;

    /// <summary>Notes where the API is mapped.</summary>
    public void Add(string prefix) => prefixes = [.. prefixes, prefix];

    public ValueTask OnRequestAsync(HttpLoggingInterceptorContext logContext)
    {
        // Within a path, too: the API may be mapped in a group that has a prefix of its own.
        var path = logContext.HttpContext.Request.Path.Value ?? "";
        if (Array.Exists(prefixes, prefix => path.Contains(prefix + "/", StringComparison.OrdinalIgnoreCase)))
            logContext.LoggingFields = HttpLoggingFields.None;
        return default;
    }

    public ValueTask OnResponseAsync(HttpLoggingInterceptorContext logContext) => default;
}
