using System.Diagnostics;
using System.Globalization;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Benchmarks.Guards;

/// <summary>The encrypted store: the first reading of 100,000 profiles, of one, and how long a change takes to be seen by a second process, which this one starts.</summary>
internal static class StoreProgram
{
    public const string Verb = "store";
    public const string WatchVerb = "store-watch";

    private const int Count = 100_000;
    private const int Changes = 40;

    public static async Task RunAsync()
    {
        var folder = StoreFolder.Create();
        try
        {
            await ReadAsync(folder);
            await ChangeAsync(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The second process: says the revision of a profile whenever it is another, and when it saw it.</summary>
    public static async Task<int> WatchAsync(string folder)
    {
        await using var services = StoreFolder.Open(folder);
        var store = StoreFolder.StoreOf(services);
        var ended = Task.Run(Console.In.ReadToEndAsync);
        for (var last = ""; !ended.IsCompleted;)
        {
            if (await store.FindByNameAsync(Profiles.NameOf(0), CancellationToken.None) is { } profile && profile.Revision != last)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{last = profile.Revision} {Stopwatch.GetTimestamp()}"));
            await Task.Delay(1);
        }
        return 0;
    }

    private static async Task ReadAsync(string folder)
    {
        var clock = Stopwatch.StartNew();
        await using (var filling = StoreFolder.Open(folder))
            await StoreFolder.FillAsync(filling.GetRequiredService<HostStorage>(), Count);
        Say($"writing {Count:N0} profiles", clock.Elapsed);

        clock.Restart();
        await using var services = StoreFolder.Open(folder);
        var store = StoreFolder.StoreOf(services);
        Say("opening the store", clock.Elapsed);
        clock.Restart();
        await FindAsync(store, Count / 2);
        Say("the first profile", clock.Elapsed);
        clock.Restart();
        for (var i = 0; i < Count; i++)
            await FindAsync(store, i);
        Say($"all {Count:N0}, each read and decrypted for the first time", clock.Elapsed);
        Say("  of which one", clock.Elapsed / Count);
        clock.Restart();
        for (var i = 0; i < Count; i++)
            await FindAsync(store, i);
        Say("one more time, from memory: one", clock.Elapsed / Count);

        var times = new TimeSpan[101];
        var profiles = services.GetRequiredService<ProfileAdministration>();
        var id = (await FindAsync(store, 0)).Id;
        for (var i = 0; i < times.Length; i++)
        {
            // A change of any profile: all others are looked at again when they are next asked for, and not decrypted.
            await profiles.RotateKeyAsync(id, Secret.From("key-" + Guid.NewGuid().ToString("N")));
            clock.Restart();
            await FindAsync(store, i + 1);
            times[i] = clock.Elapsed;
        }
        Say("one after a change of another (median of 101)", times.Order().ElementAt(50));
    }

    private static async Task ChangeAsync(string folder)
    {
        await using var services = StoreFolder.Open(folder);
        var profiles = services.GetRequiredService<ProfileAdministration>();
        var id = (await FindAsync(StoreFolder.StoreOf(services), 0)).Id;
        using var other = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [WatchVerb, folder]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await other.StandardOutput.ReadLineAsync();
        var seen = new double[Changes];
        for (var i = 0; i < Changes; i++)
        {
            // At any moment of the other's listening.
            await Task.Delay(Random.Shared.Next(0, 250));
            var made = await profiles.RotateKeyAsync(id, Secret.From("key-" + Guid.NewGuid().ToString("N")));
            var written = Stopwatch.GetTimestamp();
            var line = (await other.StandardOutput.ReadLineAsync())!.Split(' ');
            if (line[0] != made.Revision)
                throw new InvalidOperationException("The other process saw another change.");

            // One clock for all processes of a machine.
            seen[i] = Stopwatch.GetElapsedTime(written, long.Parse(line[1], CultureInfo.InvariantCulture)).TotalMilliseconds;
        }
        other.StandardInput.Close();
        await other.WaitForExitAsync();
        Array.Sort(seen);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a change seen by a second process: median {seen[Changes / 2]:0} ms, least {seen[0]:0} ms, most {seen[^1]:0} ms of {Changes}"));
    }

    private static async ValueTask<StoredProfile> FindAsync(IProfileStore store, int number) => await store.FindByNameAsync(Profiles.NameOf(number), CancellationToken.None) ?? throw new InvalidOperationException("The profile is not there.");

    private static void Say(string what, TimeSpan time) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {time.TotalMilliseconds:N3} ms"));
}
