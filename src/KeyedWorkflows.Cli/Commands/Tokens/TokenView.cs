using System.Globalization;
using System.Text.Json;
using KeyedWorkflows.Cli.Commands.Limits;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Tokens;

/// <summary>How tokens are shown: what each may do, never the token.</summary>
internal static class TokenView
{
    public static void WriteFields(Utf8JsonWriter json, AccessToken token)
    {
        json.WriteString("id"u8, token.Id);
        json.WriteString("name"u8, token.Name);
        json.WriteTexts("workflows", token.Workflows);
        json.WriteTexts("tenants", token.Tenants);
        json.WriteTexts("profile_ids", token.ProfileIds);
        json.WriteString("pinned_tenant"u8, token.PinnedTenant);
        json.WriteBoolean("may_send_key"u8, token.MaySendKey);
        WriteNumber(json, "requests_per_minute", token.RequestsPerMinute);
        WriteNumber(json, "concurrent_runs", token.ConcurrentRuns);
        LimitsView.WriteJson(json, "limits", token.Limits);
        json.WriteBoolean("enabled"u8, token.Enabled);
        json.WriteString("expires_at"u8, Times.Of(token.ExpiresAt));
        json.WriteString("created_at"u8, Times.Of(token.CreatedAt));
        json.WriteString("revision"u8, token.Revision);
        json.WriteString("fault"u8, token.Fault);
    }

    public static void Write(Invocation call, IReadOnlyList<AccessToken> tokens)
    {
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteList("tokens", tokens, static (json, token) =>
                {
                    json.WriteStartObject();
                    WriteFields(json, token);
                    json.WriteEndObject();
                });
                json.WriteEndObject();
            });
            return;
        }
        var table = new Table("NAME", "WORKFLOWS", "PAYS", "SENDS KEYS", "A MINUTE", "AT ONCE", "EXPIRES", "STATE");
        foreach (var token in tokens)
        {
            table.Add(
                token.Name, string.Join(' ', token.Workflows), PayersOf(token), token.MaySendKey ? "yes" : "no", token.RequestsPerMinute?.ToString(CultureInfo.InvariantCulture), token.ConcurrentRuns?.ToString(CultureInfo.InvariantCulture),
                Times.Of(token.ExpiresAt), StateOf(token, call.Terminal.Time.GetUtcNow()));
        }
        table.WriteTo(call.Terminal);
    }

    public static int Done(Invocation call, AccessToken token, string sentence)
    {
        if (!call.IsJson)
        {
            call.Output.WriteLine(sentence);
            return ExitCodes.Done;
        }
        call.Terminal.WriteJson(json =>
        {
            json.WriteStartObject();
            WriteFields(json, token);
            json.WriteEndObject();
        });
        return ExitCodes.Done;
    }

    private static string PayersOf(AccessToken token) => token.PinnedTenant is { } pinned
        ? "pinned: " + pinned
        : string.Join(' ', [.. token.Tenants, .. token.ProfileIds.Count == 0 ? Array.Empty<string>() : [string.Create(CultureInfo.InvariantCulture, $"(+{token.ProfileIds.Count} profiles)")]]);

    private static string StateOf(AccessToken token, DateTimeOffset now) => token.Fault is not null ? "unusable" : !token.Enabled ? "disabled" : token.ExpiresAt <= now ? "expired" : "enabled";

    private static void WriteNumber(Utf8JsonWriter json, string name, int? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }
}
