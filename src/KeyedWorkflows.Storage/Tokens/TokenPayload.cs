using System.Text.Json;

namespace KeyedWorkflows.Storage;

/// <summary>The text of a token that is protected: all of it, so that whatever is granted was protected.</summary>
internal static class TokenPayload
{
    private const int Version = 1;

    public static byte[] Write(ProtectedToken protectedToken)
    {
        var token = protectedToken.Token;
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("id", token.Id);
            json.WriteString("name", token.Name);
            json.WriteBase64String("hash", protectedToken.Hash.ToArray());
            json.WriteBase64String("callbackKey", protectedToken.CallbackKey);
            WriteList(json, "workflows", token.Workflows);
            WriteList(json, "tenants", token.Tenants);
            WriteList(json, "profileIds", token.ProfileIds);
            json.WriteString("pinnedTenant", token.PinnedTenant);
            json.WriteBoolean("maySendKey", token.MaySendKey);
            WriteNumber(json, "requestsPerMinute", token.RequestsPerMinute);
            WriteNumber(json, "concurrentRuns", token.ConcurrentRuns);
            json.WriteBoolean("enabled", token.Enabled);
            WriteNumber(json, "expiresAt", token.ExpiresAt?.UtcTicks);
            json.WriteNumber("createdAt", token.CreatedAt.UtcTicks);
            json.WriteString("revision", token.Revision);
            LimitsPayload.Write(json, token.Limits, token.BudgetMark);
            if (protectedToken.FormerHash is { } former && token.FormerUntil is { } until)
            {
                json.WriteBase64String("formerHash", former.ToArray());
                json.WriteNumber("formerUntil", until.UtcTicks);
            }
            json.WriteEndObject();
        }
        return text.ToArray();
    }

    /// <summary>Reads a token back.</summary>
    /// <returns>Null where the text is not one that this version writes.</returns>
    public static ProtectedToken? Read(byte[] text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var json = document.RootElement;
            if (json.GetProperty("version").GetInt32() != Version || !TokenHash.TryRead(json.GetProperty("hash").GetBytesFromBase64(), out var hash))
                return null;
            TokenHash? former = null;
            DateTimeOffset? formerUntil = null;

            // Written for a token that was rotated with a grace: all others read as they were written before there was such a thing.
            if (json.TryGetProperty("formerHash", out var formerHash))
            {
                if (!TokenHash.TryRead(formerHash.GetBytesFromBase64(), out var known))
                    return null;
                former = known;
                formerUntil = new DateTimeOffset(json.GetProperty("formerUntil").GetInt64(), TimeSpan.Zero);
            }
            var token = new AccessToken
            {
                Id = Required("id"),
                Name = Required("name"),
                Workflows = List("workflows"),
                Tenants = List("tenants"),
                ProfileIds = List("profileIds"),
                PinnedTenant = json.GetProperty("pinnedTenant").GetString(),
                MaySendKey = json.GetProperty("maySendKey").GetBoolean(),
                RequestsPerMinute = Number("requestsPerMinute"),
                ConcurrentRuns = Number("concurrentRuns"),
                Enabled = json.GetProperty("enabled").GetBoolean(),
                ExpiresAt = json.GetProperty("expiresAt") is { ValueKind: not JsonValueKind.Null } expires ? new DateTimeOffset(expires.GetInt64(), TimeSpan.Zero) : null,
                CreatedAt = new DateTimeOffset(json.GetProperty("createdAt").GetInt64(), TimeSpan.Zero),
                FormerUntil = formerUntil,
                Revision = Required("revision"),
                Limits = LimitsPayload.Read(json),
                BudgetMark = LimitsPayload.ReadMark(json),
            };
            return new ProtectedToken(token, hash, json.GetProperty("callbackKey").GetBytesFromBase64(), former);

            string Required(string name) => json.GetProperty(name).GetString() ?? throw new FormatException();
            string[] List(string name) => [.. json.GetProperty(name).EnumerateArray().Select(static one => one.GetString() ?? throw new FormatException())];
            int? Number(string name) => json.GetProperty(name) is { ValueKind: not JsonValueKind.Null } number ? number.GetInt32() : null;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> entries)
    {
        json.WriteStartArray(name);
        foreach (var entry in entries)
            json.WriteStringValue(entry);
        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }
}
