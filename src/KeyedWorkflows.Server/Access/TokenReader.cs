using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>Finds out whose request it is. Missing, malformed, unknown, disabled and expired tokens are refused alike; without a store of tokens, all are.</summary>
internal sealed class TokenReader(ITokenStore? tokens, RefusedUses refused, WorkflowServerOptions options, TimeProvider time)
{
    private const string Prefix = "app-";

    public ValueTask<ApiCaller> ReadAsync(HttpContext http)
    {
        BearerToken.CheckTransport(http, options);

        // The two kinds of tokens never serve for each other: one for administration is not even looked up.
        if (tokens is null || !BearerToken.TryRead(http, Prefix, out var hash))
            throw ApiError.Unauthorized.ToException();
        var found = tokens.FindByHashAsync(hash, http.RequestAborted);
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
}
