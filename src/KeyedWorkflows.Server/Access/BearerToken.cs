using System.Net;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>What holds for tokens of either kind: how they come, and how they must not.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";
    private const int MaxLength = 128;

    /// <summary>Refuses keys and tokens in the address, and all that comes over plain http from elsewhere.</summary>
    /// <exception cref="ApiErrorException">The request is refused, whoever sends it.</exception>
    public static void CheckTransport(HttpContext http, WorkflowServerOptions options)
    {
        if (HoldsSecret(http.Request.Query))
            throw ApiError.SecretInQuery.ToException();
        if (!options.AllowPlainHttp && !http.Request.IsHttps && !IsLoopback(http.Connection.RemoteIpAddress))
            throw ApiError.PlainHttp.ToException();
    }

    /// <summary>Reads the hash of a request's token, where it is of the kind that is asked for.</summary>
    public static bool TryRead(HttpContext http, string prefix, out TokenHash hash)
    {
        hash = default;
        var headers = http.Request.Headers.Authorization;
        if (headers.Count != 1 || headers[0] is not { } header || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || header.Length > Scheme.Length + MaxLength)
            return false;
        Span<byte> text = stackalloc byte[MaxLength];
        var value = header.AsSpan(Scheme.Length).Trim();
        if (!value.StartsWith(prefix, StringComparison.Ordinal) || value.ContainsAnyExceptInRange('!', '~'))
            return false;
        var length = System.Text.Encoding.ASCII.GetBytes(value, text);
        hash = TokenHash.Of(text[..length]);
        return true;
    }

    private static bool IsLoopback(IPAddress? address) => address is null || IPAddress.IsLoopback(address) || (address.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(address.MapToIPv4()));

    private static bool HoldsSecret(IQueryCollection query)
    {
        foreach (var (name, values) in query)
        {
            if (NamesSecret(name) || KeyFormats.LooksLikeKey(name))
                return true;
            foreach (var value in values)
            {
                if (value is not null && KeyFormats.LooksLikeKey(value))
                    return true;
            }
        }
        return false;
    }

    /// <summary>However it is spelt: <c>api_key</c>, <c>X-Api-Key</c>, <c>modelApiKey</c>.</summary>
    private static bool NamesSecret(string name)
    {
        var letters = string.Concat(name.Where(char.IsAsciiLetter)).ToLowerInvariant();
        return letters is "key" or "token" or "accesstoken" or "authorization" or "bearer" or "secret" || letters.EndsWith("apikey", StringComparison.Ordinal);
    }
}
