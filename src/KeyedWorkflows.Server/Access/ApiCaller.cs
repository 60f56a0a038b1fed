using System.Runtime.CompilerServices;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>Whose request it is: a token, and what a run of it may pay with.</summary>
internal sealed class ApiCaller
{
    private static readonly ConditionalWeakTable<AccessToken, ApiCaller> Known = [];

    private ApiCaller(AccessToken token, Func<string, CancellationToken, ValueTask<ApiCaller?>> find)
    {
        Token = token;
        Runs = new RunCaller
        {
            Name = token.Id,
            PinnedTenant = token.PinnedTenant,
            Grant = new CredentialGrant(token.PinnedTenant is { } pinned ? [pinned] : token.Tenants, token.ProfileIds, token.MaySendKey),
            Limits = token.Limits,
            BudgetMark = token.BudgetMark,
            Present = async cancellationToken => (await find(token.Id, cancellationToken).ConfigureAwait(false))?.Runs,
        };
    }

    public AccessToken Token { get; }

    /// <summary>The token as runs know it.</summary>
    public RunCaller Runs { get; }

    /// <summary>Made once for each state of a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="find">Finds it by its id as it is later; null where it is not taken any more.</param>
    public static ApiCaller Of(AccessToken token, Func<string, CancellationToken, ValueTask<ApiCaller?>> find) =>
        Known.TryGetValue(token, out var known) ? known : Known.GetValue(token, token => new ApiCaller(token, find));
}
