using System.Globalization;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>What was refused is counted, and written once a minute.</summary>
public sealed class AuditRefusalTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refusals_are_written_a_minute_after_the_first_and_when_the_host_stops()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        var before = host.Storage.Watch.Newest;

        host.Storage.Refusals.Count(Use(0));
        host.Time.Advance(AuditRefusals.Interval);
        await host.Storage.Refusals.FlushAsync(Cancel);
        Assert.Single(await host.Audit.ReadAsync(new(), Cancel));
        host.Storage.Refusals.Count(Use(0));
        host.Storage.Refusals.Count(Use(0));
        await host.StopAsync();

        Assert.Equal([1L, 2L], (await host.Audit.ReadAsync(new(), Cancel)).Select(static entry => entry.Count));
        Assert.Contains(host.Log.Lines, line => line.Contains($"The audit's head is {host.Storage.Audit.Known}", StringComparison.Ordinal));

        // No profile is read anew for it.
        Assert.Equal(before, host.Storage.Watch.Newest);
    }

    [Fact]
    public async Task What_is_counted_is_bounded_and_nothing_is_lost_of_its_number()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);

        for (var i = 0; i < 2_000; i++)
        {
            for (var profile = 0; profile < 20; profile++)
                host.Storage.Refusals.Count(Use(i, profile));
        }
        await host.Storage.Refusals.FlushAsync(Cancel);

        var entries = (await host.Audit.ReportAsync(new(), Cancel)).Entries;
        Assert.Equal(40_000, entries.Sum(static entry => entry.Count));
        Assert.InRange(entries.Count, 1_000, 1_001 * 17);
        Assert.Contains(entries, static entry => entry is { Outcome: "several", Count: 4 });
        Assert.Contains(entries, static entry => entry.Actor.Kind == "others");
    }

    [Fact]
    public async Task What_the_database_does_not_take_is_written_the_next_time()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        directory.Execute("ALTER TABLE audit_entries RENAME TO away");
        host.Storage.Refusals.Count(Use(0));
        await host.Storage.Refusals.FlushAsync(Cancel);
        host.Storage.Refusals.Count(Use(0));
        Assert.Contains("could not be written into the audit", host.Log.Text, StringComparison.Ordinal);

        directory.Execute("ALTER TABLE away RENAME TO audit_entries");
        await host.Storage.Refusals.FlushAsync(Cancel);

        Assert.Equal(2, Assert.Single(await host.Audit.ReadAsync(new(), Cancel)).Count);
    }

    private static RefusedUse Use(int token, int profile = 0) => new(
        new AuditActor("token", "t" + token.ToString(CultureInfo.InvariantCulture), "id" + token.ToString(CultureInfo.InvariantCulture)), "profile.use", "profile_not_found", "profile",
        "p" + profile.ToString(CultureInfo.InvariantCulture));
}
