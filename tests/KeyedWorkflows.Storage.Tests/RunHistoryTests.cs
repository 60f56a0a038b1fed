using System.Text.Json;

namespace KeyedWorkflows.Storage.Tests;

public sealed class RunHistoryTests
{
    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_run_is_read_as_it_was_reported(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var start = ARun.Start();
        var end = ARun.End(start.Id) with { Steps = [ARun.Step(2)], Calls = [ARun.Call(2)], FirstFrame = 7, Frames = [ARun.Frame(7)] };

        await host.Runs.StartAsync(start);
        var running = await host.Runs.FindAsync(start.TokenId, start.Id, null, Cancel);
        Assert.Equal(("running", 0L, null), (running!.Status, running.Usage.TotalTokens, running.FinishedAt));
        host.Runs.Report(ARun.Progress(start.Id, steps: 2, calls: 2, frames: 5));
        host.Runs.Report(ARun.Progress(start.Id, firstFrame: 5, frames: 2));
        await host.Runs.FlushAsync(Cancel);
        Assert.Equal(new RunUsage(2, 20, 10, 4, 2), (await host.Runs.FindAsync(start.TokenId, start.Id, null, Cancel))!.Usage);
        await host.Runs.EndAsync(end);

        using var other = new StoreHost(directory);
        var found = (await other.Runs.FindAsync(start.TokenId, start.Id, start.EndUser, Cancel))!;
        Assert.Equal(
            (start.Id, start.Workflow, start.Version, start.TokenId, start.Tenant, start.EndUser, "succeeded", 3, 1, start.CreatedAt, (DateTimeOffset?)end.FinishedAt, (TimeSpan?)end.Duration, end.Usage),
            (found.Id, found.Workflow, found.Version, found.TokenId, found.Tenant, found.EndUser, found.Status, found.TotalSteps, found.Exceptions, found.CreatedAt, found.FinishedAt, found.Duration, found.Usage));
        Assert.Equal((ARun.Text(start.Inputs), ARun.Text(end.Outputs), "[]"), (ARun.Text(found.Inputs), ARun.Text(found.Outputs), ARun.Text(found.Bindings)));
        Assert.Equivalent((RunStep[])[ARun.Step(0), ARun.Step(1), ARun.Step(2)], await other.Runs.ReadStepsAsync(start.TokenId, start.Id, Cancel), strict: true);
        Assert.Equivalent((RunModelCall[])[ARun.Call(0), ARun.Call(1), ARun.Call(2)], await other.Runs.ReadCallsAsync(start.TokenId, start.Id, Cancel), strict: true);
        foreach (var from in (int[])[0, 3, 6, 7, 8])
        {
            var frames = (await other.Runs.ReadFramesAsync(start.TokenId, start.Id, from, Cancel))!;
            Assert.Equal((from, true), (frames.First, frames.HasEnded));
            Assert.Equal(Enumerable.Range(from, 8 - from).Select(static number => ARun.Text(ARun.Frame(number))), frames.Frames.Select(static frame => ARun.Text(frame)));
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_run_of_another_token_or_end_user_does_not_exist(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var start = ARun.Start(token: "token-a", user: "user-1");
        await host.Runs.StartAsync(start);
        host.Runs.Report(ARun.Progress(start.Id, 1, 1, 0, 1));
        await host.Runs.FlushAsync(Cancel);

        Assert.Null(await host.Runs.FindAsync("token-b", start.Id, null, Cancel));
        Assert.Null(await host.Runs.FindAsync("token-a", start.Id, "user-2", Cancel));
        Assert.Null(await host.Runs.ReadFramesAsync("token-b", start.Id, 0, Cancel));
        Assert.Empty(await host.Runs.ReadStepsAsync("token-b", start.Id, Cancel));
        Assert.Empty(await host.Runs.ReadCallsAsync("token-b", start.Id, Cancel));
        Assert.Equal(0, (await host.Runs.ListAsync("token-b", new(), Cancel)).Total);
        Assert.Equal(0, (await host.Runs.ListAsync("token-b", new() { Keyword = start.Id }, Cancel)).Total);
        Assert.Equal(0, (await host.Runs.ListAsync("token-a", new() { EndUser = "user-2", Keyword = "hello" }, Cancel)).Total);
        Assert.False(await host.Runs.RequestStopAsync("token-b", start.Id, null, Cancel));
        Assert.False(await host.Runs.RequestStopAsync("token-a", start.Id, "user-2", Cancel));
        Assert.Empty(await host.Runs.ReadStopRequestsAsync(Cancel));
        Assert.NotNull(await host.Runs.FindAsync("token-a", start.Id, "user-1", Cancel));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Runs_are_listed_newest_first_by_what_is_asked_of_them(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        RunStart[] starts =
        [
            .. Enumerable.Range(0, 25).Select(i => ARun.Start(
                at: ARun.Noon.AddMinutes(i), workflow: i % 2 == 0 ? "even" : "odd", user: "user-" + (i % 5), inputs: JsonSerializer.Serialize(new { Text = i == 3 ? "50% off_sale\\now" : i == 4 ? "500 offsale" : i == 5 ? "Grüße" : "plain" })))
        ];
        foreach (var start in starts)
        {
            await host.Runs.StartAsync(start);
            if (start.Workflow == "odd")
                await host.Runs.EndAsync(ARun.End(start.Id, "failed", outputs: null, error: "The order of Ödön was lost."));
        }

        var first = await ListAsync(new());
        Assert.Equal(25, first.Total);
        Assert.Equal(starts.Reverse().Take(20).Select(static start => start.Id), Ids(first));
        Assert.Equal(starts.Take(5).Reverse().Select(static start => start.Id), Ids(await ListAsync(new() { Page = 2 })));
        Assert.Equal((0, 25), ((await ListAsync(new() { Page = 3 })).Runs.Count, (await ListAsync(new() { Page = 3 })).Total));
        Assert.Equal(13, (await ListAsync(new() { Workflow = "even" })).Total);
        Assert.Equal(12, (await ListAsync(new() { Status = "failed" })).Total);
        Assert.Equal(5, (await ListAsync(new() { EndUser = "user-2" })).Total);
        Assert.Equal([starts[12].Id, starts[11].Id], Ids(await ListAsync(new() { After = ARun.Noon.AddMinutes(10), Before = ARun.Noon.AddMinutes(13) })));
        Assert.Equal([starts[7].Id], Ids(await ListAsync(new() { Keyword = starts[7].Id })));
        Assert.Equal([starts[3].Id], Ids(await ListAsync(new() { Keyword = "50% off_" })));
        Assert.Equal([starts[5].Id], Ids(await ListAsync(new() { Keyword = "Grüße" })));
        Assert.Equal(12, (await ListAsync(new() { Keyword = "order of Ödön" })).Total);
        Assert.Equal(0, (await ListAsync(new() { Keyword = "%" + starts[7].Id[..8] })).Total);
        Assert.Equal(0, (await ListAsync(new() { Keyword = "' OR 1=1 --" })).Total);

        Task<RunPage> ListAsync(RunFilter filter) => host.Runs.ListAsync("token-a", filter, Cancel);

        static IEnumerable<string> Ids(RunPage page) => page.Runs.Select(static run => run.Id);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_stop_that_is_asked_for_anywhere_reaches_the_node_of_the_run(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        using var other = new StoreHost(directory);
        var start = ARun.Start();
        await host.Runs.StartAsync(start);

        Assert.True(await other.Runs.RequestStopAsync(start.TokenId, start.Id, start.EndUser, Cancel));

        Assert.Equal([start.Id], await host.Runs.ReadStopRequestsAsync(Cancel));
        Assert.Empty(await other.Runs.ReadStopRequestsAsync(Cancel));
        await host.Runs.EndAsync(ARun.End(start.Id, "stopped"));
        Assert.Empty(await host.Runs.ReadStopRequestsAsync(Cancel));
        Assert.True(await other.Runs.RequestStopAsync(start.TokenId, start.Id, null, Cancel));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Texts_that_a_database_could_refuse_hold_up_nothing(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var odd = "a\0b\ud800c" + new string('x', 10_000);
        var start = ARun.Start(user: odd) with { Version = odd, Workflow = odd, CallbackUrl = odd };
        await host.Runs.StartAsync(start);
        await host.Runs.EndAsync(ARun.End(start.Id, "failed", error: odd) with
        {
            Steps = [ARun.Step(0) with { Step = odd, Error = odd }],
            Calls = [ARun.Call(0) with { ModelAnswered = odd, FinishReason = odd, ProviderRequestId = odd }],
            CallbackBody = ARun.Utf8("{}"),
        });

        var found = await host.Runs.FindAsync(start.TokenId, start.Id, odd, Cancel);
        Assert.StartsWith("a\ufffdb\ufffdc", found!.Error, StringComparison.Ordinal);
        Assert.Null(await host.Runs.FindAsync(start.TokenId, start.Id, odd + "x", Cancel));
        Assert.Single(await host.Runs.ReadStepsAsync(start.TokenId, start.Id, Cancel));
        Assert.Equal(0, (await host.Runs.ListAsync(start.TokenId, new() { Keyword = "\0\ud800" }, Cancel)).Total);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_record_that_the_database_refuses_is_left_out_alone(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var start = ARun.Start();
        var faulty = ARun.Start() with { Bindings = null! };
        await host.Runs.StartAsync(start);

        var refused = host.Runs.StartAsync(faulty);
        var end = host.Runs.EndAsync(ARun.End(start.Id));

        await end;
        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, (await Assert.ThrowsAsync<WorkflowRunException>(() => refused)).Code);
        Assert.Equal("succeeded", (await host.Runs.FindAsync(start.TokenId, start.Id, null, Cancel))!.Status);
        Assert.Null(await host.Runs.FindAsync(faulty.TokenId, faulty.Id, null, Cancel));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_was_reported_is_on_the_disk_when_the_host_has_stopped(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        List<string> ids = [];
        using (var host = new StoreHost(directory))
        {
            for (var i = 0; i < 200; i++)
            {
                var start = ARun.Start();
                ids.Add(start.Id);
                _ = host.Runs.StartAsync(start);
                host.Runs.Report(ARun.Progress(start.Id, 3, 3, 0, 10));
                _ = host.Runs.EndAsync(ARun.End(start.Id));
            }
            await host.StopAsync();
            Assert.Equal(0, host.Writer.Pending);
        }

        using var after = new StoreHost(directory);
        Assert.Equal(200, (await after.Runs.ListAsync("token-a", new() { Status = "succeeded" }, Cancel)).Total);
        foreach (var id in ids)
            Assert.Equal(10, (await after.Runs.ReadFramesAsync("token-a", id, 0, Cancel))!.Frames.Count);
    }
}
