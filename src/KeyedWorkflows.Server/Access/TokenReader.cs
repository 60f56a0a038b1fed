using System.Net;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>Finds out whose request it is. Missing, malformed, unknown, disabled and expired tokens are refused alike; without a store of tokens, all are.</summary>
internal sealed class TokenReader(ITokenStore? tokens, RefusedUses refused, WorkflowServerOptions options, TimeProvider time)
{
    private const string Scheme = "Bearer ";
    private const string Prefix = "app-";
    private const int MaxLength = 128;

    public ValueTask<ApiCaller> ReadAsync(HttpContext http)
    {
        if (HoldsSecret(http.Request.Query))
            throw ApiError.SecretInQuery.ToException();
        if (!options.AllowPlainHttp && !http.Request.IsHttps && !IsLoopback(http.Connection.RemoteIpAddress))
            throw ApiError.PlainHttp.ToException();
        var headers = http.Request.Headers.Authorization;
        if (tokens is null || headers.Count != 1 || headers[0] is not { } header || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || header.Length > Scheme.Length + MaxLength)
            throw ApiError.Unauthorized.ToException();
        Span<byte> text = stackalloc byte[MaxLength];
        var value = header.AsSpan(Scheme.Length).Trim();

        // The two kinds of tokens never serve for each other: one for administration is not even looked up.
        if (!value.StartsWith(Prefix, StringComparison.Ordinal) || value.ContainsAnyExceptInRange('!', '~'))
            throw ApiError.Unauthorized.ToException();
        var length = System.Text.Encoding.ASCII.GetBytes(value, text);
        var found = tokens.FindByHashAsync(TokenHash.Of(text[..length]), http.RequestAborted);
        return found.IsCompletedSuccessfully ? new(Admit(found.Result, http)) : AdmitLaterAsync(found, http);
    }

    /// <summary>Whether a token still may do what it did when its request came.</summary>
    public async ValueTask<bool> IsValidAsync(string tokenId, CancellationToken cancellationToken) => await FindAsync(tokenId, cancellationToken).ConfigureAwait(false) is not null;

    private async ValueTask<ApiCaller?> FindAsync(string tokenId, CancellationToken cancellationToken) =>
        tokens is not null && await tokens.FindByIdAsync(tokenId, cancellationToken).ConfigureAwait(false) is { } token && IsTaken(token) ? ApiCaller.Of(token, FindAsync) : null;

    private async ValueTask<ApiCaller> AdmitLaterAsync(ValueTask<AccessToken?> found, HttpContext http) => Admit(await found.ConfigureAwait(false), http);

    private ApiCaller Admit(AccessToken? token, HttpContext http)
    {
        if (token is not null && IsTaken(token))
            return ApiCaller.Of(token, FindAsync);
        if (token is not null)
            refused.CountToken(token, http.Connection.RemoteIpAddress);
        throw ApiError.Unauthorized.ToException();
    }

    private bool IsTaken(AccessToken token) => token.Enabled && (token.ExpiresAt is not { } end || time.GetUtcNow() < end);

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
