using System.Text.Json;

namespace KeyedWorkflows.Storage;

/// <summary>The text of an administrator that is protected.</summary>
internal static class AdministratorPayload
{
    private const int Version = 1;

    public static byte[] Write(ProtectedAdministrator one)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("id", one.Administrator.Id);
            json.WriteString("name", one.Administrator.Name);
            json.WriteBase64String("hash", one.Hash.ToArray());
            json.WriteBoolean("mayWrite", one.Administrator.Scope == AdministratorScope.Write);
            if (one.Administrator.ExpiresAt is { } expires)
                json.WriteNumber("expiresAt", expires.UtcTicks);
            else
                json.WriteNull("expiresAt");
            json.WriteNumber("createdAt", one.Administrator.CreatedAt.UtcTicks);
            json.WriteEndObject();
        }
        return text.ToArray();
    }

    /// <summary>Reads an administrator back.</summary>
    /// <returns>Null where the text is not one that this version writes.</returns>
    public static ProtectedAdministrator? Read(byte[] text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var json = document.RootElement;
            if (json.GetProperty("version").GetInt32() != Version || !TokenHash.TryRead(json.GetProperty("hash").GetBytesFromBase64(), out var hash))
                return null;
            return new ProtectedAdministrator(
                new Administrator
                {
                    Id = Required("id"),
                    Name = Required("name"),
                    Scope = json.GetProperty("mayWrite").GetBoolean() ? AdministratorScope.Write : AdministratorScope.Read,
                    ExpiresAt = json.GetProperty("expiresAt") is { ValueKind: not JsonValueKind.Null } expires ? new DateTimeOffset(expires.GetInt64(), TimeSpan.Zero) : null,
                    CreatedAt = new DateTimeOffset(json.GetProperty("createdAt").GetInt64(), TimeSpan.Zero),
                },
                hash);

            string Required(string name) => json.GetProperty(name).GetString() ?? throw new FormatException();
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }
}
