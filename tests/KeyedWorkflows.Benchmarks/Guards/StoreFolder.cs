using System.Security.Cryptography;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Benchmarks.Guards;

/// <summary>An encrypted store on disk. Each host of it shares nothing with another but the files.</summary>
internal static class StoreFolder
{
    public static string Create()
    {
        var folder = Directory.CreateTempSubdirectory("kw-bench-").FullName;
        File.WriteAllText(KeyOf(folder), Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(KeyOf(folder), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return folder;
    }

    public static ServiceProvider Open(string folder)
    {
        var services = new ServiceCollection();
        services.AddWorkflows(workflows => workflows
            .AddProvider(new IdleProvider())
            .AddSqliteStorage(options =>
            {
                options.DatabasePath = Path.Combine(folder, "database", "profiles.db");
                options.KeyRingPath = Path.Combine(folder, "ring");
                options.KeyEncryptionKeyFile = KeyOf(folder);
            }));
        return services.BuildServiceProvider();
    }

    /// <summary>Writes profiles past the administration, which writes each in a transaction of its own.</summary>
    public static async Task FillAsync(HostStorage storage, int count)
    {
        foreach (var numbers in Enumerable.Range(0, count).Chunk(1_000))
        {
            using var context = storage.Database.Open();
            context.Profiles.AddRange(numbers.Select(number => storage.Protector.Protect(Profiles.Make(number, "idle") with { Revision = ProfileRevision.New() })));
            await context.SaveChangesAsync();
        }
    }

    public static IProfileStore StoreOf(IServiceProvider services) => services.GetRequiredService<EncryptedProfileStore>();

    private static string KeyOf(string folder) => Path.Combine(folder, "wrapping");
}
