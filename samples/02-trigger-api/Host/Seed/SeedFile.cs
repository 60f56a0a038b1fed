using System.Text.Encodings.Web;
using System.Text.Json;
using KeyedWorkflows;

namespace TriggerApi.Host.Seed;

/// <summary>The tokens as JSON, for programs that start the sample and call it. Only its owner can read the file.</summary>
internal static class SeedFile
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the file as a whole: whoever waits for it never reads half of it.</summary>
    public static void Write(string path, Uri baseUrl, Seeded seeded, Secret? ownKey)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                BaseUrl = baseUrl.AbsoluteUri,
                Seeder.Workflow,
                Clients = seeded.Clients.Select(static client => new
                {
                    client.Name,
                    Tenant = client.Name,
                    client.Profile,
                    client.ProfileId,
                    Token = client.Token?.Reveal(),
                    CallbackSecret = client.CallbackSecret?.Reveal(),
                }),
                Administration = new { BaseUrl = new Uri(baseUrl, "/admin/v1").AbsoluteUri, Token = seeded.Operator?.Reveal() },
                Broad = new { Token = seeded.Broad?.Reveal(), ApiKey = ownKey?.Reveal() },
            },
            Json);
        var whole = Path.GetFullPath(path);
        var half = $"{whole}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(half, options))
            file.Write(content);
        File.Move(half, whole, overwrite: true);
    }
}
