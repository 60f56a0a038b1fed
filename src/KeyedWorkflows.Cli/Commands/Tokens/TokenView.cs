using System.Globalization;
using KeyedWorkflows.Cli.Commands.Limits;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Server;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Tokens;

/// <summary>How tokens are shown: what each may do, never the token.</summary>
internal static class TokenView
{
    public static void Write(Invocation call, IReadOnlyList<AccessToken> tokens)
    {
        var now = call.Terminal.Time.GetUtcNow();
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteList("tokens", tokens, (json, token) => AdministrationJson.Write(json, token, now));
                json.WriteEndObject();
            });
            return;
        }
        var table = new Table("NAME", "WORKFLOWS", "PAYS", "SENDS KEYS", "A MINUTE", "AT ONCE", "EXPIRES", "STATE");
        foreach (var token in tokens)
        {
            table.Add(
                token.Name, string.Join(' ', token.Workflows), PayersOf(token), token.MaySendKey ? "yes" : "no", token.RequestsPerMinute?.ToString(CultureInfo.InvariantCulture), token.ConcurrentRuns?.ToString(CultureInfo.InvariantCulture),
                Times.Of(token.ExpiresAt), StateOf(token, now));
        }
        table.WriteTo(call.Terminal);
    }

    /// <summary>All of one.</summary>
    /// <param name="call">The command.</param>
    /// <param name="token">The token.</param>
    /// <param name="profiles">The profiles by whose names its ids are told; one that is not among them is told by its id.</param>
    public static void Write(Invocation call, AccessToken token, IReadOnlyList<ProfileListing> profiles)
    {
        var now = call.Terminal.Time.GetUtcNow();
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json => AdministrationJson.Write(json, token, now));
            return;
        }
        new Details()
            .Add("name", token.Name).Add("id", token.Id).Add("workflows", string.Join(", ", token.Workflows)).Add("pinned tenant", token.PinnedTenant).Add("tenants", string.Join(", ", token.Tenants))
            .Add("profiles", string.Join(", ", token.ProfileIds.Select(id => profiles.FirstOrDefault(profile => profile.Id == id)?.Name ?? id)))
            .Add("sends keys", token.MaySendKey ? "yes" : "no").Add("requests a minute", token.RequestsPerMinute?.ToString(CultureInfo.InvariantCulture)).Add("runs at once", token.ConcurrentRuns?.ToString(CultureInfo.InvariantCulture))
            .Add("limits", LimitsView.Text(token.Limits)).Add("created", Times.Of(token.CreatedAt)).Add("expires", Times.Of(token.ExpiresAt)).Add("former value until", token.FormerUntil > now ? Times.Of(token.FormerUntil) : null)
            .Add("state", StateOf(token, now)).Add("fault", token.Fault).WriteTo(call.Output);
    }

    public static int Done(Invocation call, AccessToken token, string sentence)
    {
        if (!call.IsJson)
        {
            call.Output.WriteLine(sentence);
            return ExitCodes.Done;
        }
        call.Terminal.WriteJson(json => AdministrationJson.Write(json, token, call.Terminal.Time.GetUtcNow()));
        return ExitCodes.Done;
    }

    private static string PayersOf(AccessToken token) => token.PinnedTenant is { } pinned
        ? "pinned: " + pinned
        : string.Join(' ', [.. token.Tenants, .. token.ProfileIds.Count == 0 ? Array.Empty<string>() : [string.Create(CultureInfo.InvariantCulture, $"(+{token.ProfileIds.Count} profiles)")]]);

    private static string StateOf(AccessToken token, DateTimeOffset now) => token.Fault is not null ? "unusable" : !token.Enabled ? "disabled" : token.ExpiresAt <= now ? "expired" : "enabled";
}
