using System.Runtime.CompilerServices;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>Whose request it is: a token, and what a run of it may pay with.</summary>
internal sealed class ApiCaller
{
    private static readonly ConditionalWeakTable<AccessToken, ApiCaller> Known = [];

    private ApiCaller(AccessToken token)
    {
        Token = token;
        Runs = new RunCaller
        {
            Name = token.Id,
            PinnedTenant = token.PinnedTenant,
            Grant = new CredentialGrant(token.PinnedTenant is { } pinned ? [pinned] : token.Tenants, token.ProfileIds, token.MaySendKey),
        };
    }

    public AccessToken Token { get; }

    /// <summary>The token as runs know it.</summary>
    public RunCaller Runs { get; }

    /// <summary>Made once for each state of a token.</summary>
    public static ApiCaller Of(AccessToken token) => Known.GetValue(token, static token => new ApiCaller(token));
}
