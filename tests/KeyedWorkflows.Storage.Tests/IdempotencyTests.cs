using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeyedWorkflows.Storage.Tests;

public sealed class IdempotencyTests
{
    private static readonly IdempotencyScope Scope = new("token-a", "ask", "1", "user-1", "key-1");

    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(2);

    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_key_is_the_first_runs_and_knows_its_request(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        using var other = new StoreHost(directory);

        Assert.Equal(new("run-1", true, true), await ClaimAsync(host, Scope, "body", "run-1"));
        Assert.Equal(new("run-1", false, true), await ClaimAsync(other, Scope, "body", "run-2"));
        Assert.Equal(new("run-1", false, false), await ClaimAsync(other, Scope, "another", "run-2"));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task IdempotencyKeysDoNotMeetAcrossTokens(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        await ClaimAsync(host, Scope, "body", "run-1");

        IdempotencyScope[] others =
        [
            Scope with { TokenId = "token-b" }, Scope with { Workflow = "ask-twice" }, Scope with { Version = "2" }, Scope with { Version = null }, Scope with { EndUser = "user-2" }, Scope with { Key = "key-2" },

            // The same texts, cut at other places.
            Scope with { EndUser = "user-1k", Key = "ey-1" }, Scope with { TokenId = "token-aask", Workflow = "" }, Scope with { Version = "" },
        ];
        for (var i = 0; i < others.Length; i++)
            Assert.True((await ClaimAsync(host, others[i], "body", "other-" + i)).IsNew);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Of_many_who_claim_at_once_one_has_it(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        using var other = new StoreHost(directory);

        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => ClaimAsync(i % 2 == 0 ? host : other, Scope, "body", "run-" + i)));

        var winner = Assert.Single(claims, static claim => claim.IsNew);
        Assert.All(claims, claim => Assert.Equal((winner.RunId, true), (claim.RunId, claim.IsSameRequest)));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_key_is_given_back_by_its_own_run_alone_and_is_free_after_a_day(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        await ClaimAsync(host, Scope, "body", "run-1");

        await host.IdempotencyKeys.ReleaseAsync(Scope, "run-2", Cancel);
        Assert.False((await ClaimAsync(host, Scope, "body", "run-3")).IsNew);
        await host.IdempotencyKeys.ReleaseAsync(Scope, "run-1", Cancel);
        Assert.True((await ClaimAsync(host, Scope, "body", "run-4")).IsNew);

        host.Time.Skip(TimeSpan.FromHours(23.9));
        Assert.False((await ClaimAsync(host, Scope, "body", "run-5")).IsNew);
        host.Time.Skip(TimeSpan.FromHours(0.2));
        Assert.Equal(new("run-6", true, true), await ClaimAsync(host, Scope, "another", "run-6"));
        Assert.Equal(new("run-6", false, true), await ClaimAsync(host, Scope, "another", "run-7"));
    }

    /// <summary>As two do whose callers repeat the same requests: each would hold what the other waits for, and the database refuses what one of them writes, and its runs with it.</summary>
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Nodes_that_ask_for_the_same_keys_in_opposite_order_do_not_wait_for_each_other(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        using var other = new StoreHost(directory);
        const int keys = 20;
        for (var i = 0; i < keys; i++)
            await ClaimAsync(host, KeyOf(i), "body", "run-" + i);

        for (var round = 0; round < 30; round++)
        {
            // The latter half is claimed anew each time.
            for (var i = keys / 2; i < keys; i++)
                await host.IdempotencyKeys.ReleaseAsync(KeyOf(i), "run-" + i, Cancel);
            await Task.WhenAll(
                Task.WhenAll(Enumerable.Range(0, keys).Select(i => ClaimAsync(host, KeyOf(i), "body", "run-" + i))),
                Task.WhenAll(Enumerable.Range(0, keys).Reverse().Select(i => ClaimAsync(other, KeyOf(i), "body", "run-" + i))));
        }

        Assert.DoesNotContain("cannot be written", host.Log.Text + other.Log.Text, StringComparison.Ordinal);
    }

    /// <summary>Whoever asks, for whatever: claims, holds, and what is given back.</summary>
    [Fact]
    public async Task Keys_of_a_batch_are_taken_in_one_order_whichever_came_first()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        var orders = new List<string[]>();
        foreach (var isReverse in (bool[])[false, true])
        {
            var database = new WatchedDatabase(host.Storage.Database, "idempotency_keys", 0);
            using var writer = new HistoryWriter(database, host.Time, NullLogger.Instance);
            var keys = new IdempotencyKeys(writer, host.Storage.HostKeys[HostKeys.Idempotency], host.Time);

            // Only what was seen to stand still is taken from its run.
            foreach (var i in (int[])[3, 7, 11])
            {
                await keys.ClaimAsync(KeyOf(i), default, "run", Hold, default, Cancel);
                await keys.ReleaseAbandonedAsync(KeyOf(i), "run", TimeSpan.Zero, Cancel);
            }
            database.Forget();

            // What is handed over while the writer is at work is written at once.
            using var written = new ManualResetEventSlim();
            KeepBusy(writer, written);
            List<Task> all = [];
            foreach (var i in isReverse ? Enumerable.Range(0, 12).Reverse() : Enumerable.Range(0, 12))
            {
                all.Add((i % 4) switch
                {
                    0 => keys.ClaimAsync(KeyOf(i), default, "run", Hold, default, Cancel),
                    1 => keys.HoldAsync(KeyOf(i), "run", Hold, Cancel),
                    2 => keys.ReleaseAsync(KeyOf(i), "run", Cancel),
                    _ => keys.ReleaseAbandonedAsync(KeyOf(i), "run", TimeSpan.Zero, Cancel),
                });
            }
            written.Set();
            await Task.WhenAll(all);
            orders.Add(database.Taken);
        }

        Assert.Equal(12, orders[0].Length);
        Assert.Equal(orders[0], orders[1]);
        Assert.Equal(orders[0].Order(StringComparer.Ordinal), orders[0]);
    }

    /// <summary>It is given back first, and claimed then.</summary>
    [Fact]
    public async Task What_is_asked_of_one_key_is_done_in_the_order_in_which_it_came()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        await ClaimAsync(host, Scope, "body", "run-1");
        using var written = new ManualResetEventSlim();
        KeepBusy(host.Writer, written);

        var released = host.IdempotencyKeys.ReleaseAsync(Scope, "run-1", Cancel);
        var claimed = ClaimAsync(host, Scope, "body", "run-2");
        written.Set();
        await released;

        Assert.True((await claimed).IsNew);
    }

    /// <summary>Its run may wait for its turn for hours: the host says again and again that it does, until it dies.</summary>
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_key_is_taken_from_a_host_that_is_gone_and_from_no_other(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        using var other = new StoreHost(directory);
        await ClaimAsync(host, Scope, "body", "run-1");

        for (var minute = 0; minute < 5; minute++)
        {
            await AskAsync(other, "run-1");
            foreach (var one in (StoreHost[])[host, other])
                one.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.True(await host.IdempotencyKeys.HoldAsync(Scope, "run-1", Hold, Cancel));
        }
        await AskAsync(other, "run-1");
        other.Time.Advance(TimeSpan.FromMinutes(1.9));
        await AskAsync(other, "run-1");
        Assert.False((await ClaimAsync(other, Scope, "body", "run-2")).IsNew);
        other.Time.Advance(TimeSpan.FromMinutes(0.2));
        await AskAsync(other, "run-2");
        Assert.False((await ClaimAsync(other, Scope, "body", "run-2")).IsNew);
        await AskAsync(other, "run-1");

        Assert.True((await ClaimAsync(other, Scope, "body", "run-3")).IsNew);
        Assert.False(await host.IdempotencyKeys.HoldAsync(Scope, "run-1", Hold, Cancel));
    }

    /// <summary>By its own clock each host knows how long it has looked on, and no more.</summary>
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_key_is_not_taken_by_a_host_whose_clock_is_ahead_nor_from_one_whose_clock_stands_still(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        using var ahead = new StoreHost(directory);
        ahead.Time.Advance(TimeSpan.FromMinutes(10));
        await ClaimAsync(host, Scope, "body", "run-1");

        for (var minute = 0; minute < 5; minute++)
        {
            await AskAsync(ahead, "run-1");
            await AskAsync(ahead, "run-1");
            Assert.False((await ClaimAsync(ahead, Scope, "body", "run-2")).IsNew);
            ahead.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.True(await host.IdempotencyKeys.HoldAsync(Scope, "run-1", Hold, Cancel));
        }
    }

    /// <summary>A clock that was set says nothing of how long its host has looked on.</summary>
    [Fact]
    public async Task A_key_is_taken_by_the_clock_that_nobody_sets()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        var time = new SetTime();
        var other = new IdempotencyKeys(host.Writer, host.Storage.HostKeys[HostKeys.Idempotency], time);
        await ClaimAsync(host, Scope, "body", "run-1");
        await other.ReleaseAbandonedAsync(Scope, "run-1", Hold, Cancel);

        time.Wall += TimeSpan.FromHours(3);
        await other.ReleaseAbandonedAsync(Scope, "run-1", Hold, Cancel);
        Assert.False((await ClaimAsync(host, Scope, "body", "run-2")).IsNew);

        time.Wall -= TimeSpan.FromHours(6);
        time.Run += Hold;
        await other.ReleaseAbandonedAsync(Scope, "run-1", Hold, Cancel);
        Assert.True((await ClaimAsync(host, Scope, "body", "run-2")).IsNew);
    }

    /// <summary>Whoever looked for its run may have stood still before they take the key.</summary>
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_key_whose_run_has_begun_meanwhile_is_not_taken(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        using var other = new StoreHost(directory);
        var run = ARun.NewId();
        await ClaimAsync(host, Scope, "body", run);
        await AskAsync(other, run);

        await host.Runs.StartAsync(ARun.Start(id: run));
        other.Time.Advance(Hold);
        await AskAsync(other, run);

        Assert.Equal(new(run, false, true), await ClaimAsync(other, Scope, "body", "run-2"));
    }

    /// <summary>One that an earlier version claimed says of no hold.</summary>
    [Fact]
    public async Task A_key_without_a_hold_is_taken_after_as_long()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        await ClaimAsync(host, Scope, "body", "run-1");
        directory.ExecuteOnHistory("UPDATE idempotency_keys SET HeldUntil = NULL");

        await AskAsync(host, "run-1");
        Assert.False((await ClaimAsync(host, Scope, "body", "run-2")).IsNew);
        host.Time.Advance(Hold);
        await AskAsync(host, "run-1");

        Assert.True((await ClaimAsync(host, Scope, "body", "run-2")).IsNew);
    }

    /// <summary>Else whoever repeats the request, once the run has begun, would pay for another.</summary>
    [Fact]
    public async Task A_key_is_kept_for_a_day_from_the_end_of_the_wait_of_its_run()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        await ClaimAsync(host, Scope, "body", "run-1", wait: TimeSpan.FromHours(20));

        host.Time.Skip(TimeSpan.FromHours(43.9));
        Assert.False((await ClaimAsync(host, Scope, "body", "run-2")).IsNew);
        host.Time.Skip(TimeSpan.FromHours(0.2));
        Assert.True((await ClaimAsync(host, Scope, "body", "run-3")).IsNew);
    }

    [Fact]
    public async Task Neither_key_nor_request_stands_in_the_database()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        await ClaimAsync(host, Scope with { Key = "the-callers-own-key" }, "the-callers-request", "run-1");

        foreach (var file in (string[])[directory.History, directory.History + "-wal"])
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            Assert.True(bytes.AsSpan().IndexOf("the-callers"u8) < 0);
        }
    }

    [Fact]
    public async Task The_mark_of_a_key_is_kept_over_a_restart()
    {
        using var directory = new StoreDirectory();
        using (var host = new StoreHost(directory))
            await ClaimAsync(host, Scope, "body", "run-1");
        using (var host = new StoreHost(directory))
            await host.Profiles.ReEncryptAsync(Cancel);

        using var after = new StoreHost(directory);

        Assert.Equal(new("run-1", false, true), await ClaimAsync(after, Scope, "body", "run-2"));
    }

    /// <summary>Returns when the writer is at work, and is until it is let go.</summary>
    private static void KeepBusy(HistoryWriter writer, ManualResetEventSlim letGo)
    {
        var isAtWork = new TaskCompletionSource();
        writer.Post(new HistoryCommand<bool>(
            _ =>
            {
                isAtWork.TrySetResult();
                letGo.Wait(Cancel);
                return true;
            },
            null));
        isAtWork.Task.Wait(Cancel);
    }

    private static IdempotencyScope KeyOf(int number) => Scope with { Key = "key-" + number };

    private static Task AskAsync(StoreHost host, string run) => host.IdempotencyKeys.ReleaseAbandonedAsync(Scope, run, Hold, Cancel);

    private static Task<IdempotencyClaim> ClaimAsync(StoreHost host, IdempotencyScope scope, string body, string run, TimeSpan wait = default) =>
        host.IdempotencyKeys.ClaimAsync(scope, Encoding.UTF8.GetBytes(body), run, Hold, wait, Cancel);
}
