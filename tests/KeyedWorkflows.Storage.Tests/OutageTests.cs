using Microsoft.Data.Sqlite;

namespace KeyedWorkflows.Storage.Tests;

public sealed class OutageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_database_is_locked_runs_are_told_so_and_nothing_that_was_reported_is_lost()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        var running = ARun.Start();
        await host.Runs.StartAsync(running);
        var unsure = ARun.Start();
        Assert.True(host.Runs.TakesRuns);
        using (var locked = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = directory.History, Pooling = false }.ToString()))
        {
            locked.Open();
            using var command = locked.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            command.ExecuteNonQuery();

            host.Runs.Report(ARun.Progress(running.Id, 1, 1, 0, 5));
            var start = host.Runs.StartAsync(unsure);
            var end = host.Runs.EndAsync(ARun.End(running.Id));
            host.Time.Advance(HistoryWriter.Patience);
            Assert.Equal(WorkflowErrorCodes.StoreUnavailable, (await Assert.ThrowsAsync<WorkflowRunException>(() => start)).Code);
            Assert.Equal(WorkflowErrorCodes.StoreUnavailable, (await Assert.ThrowsAsync<WorkflowRunException>(() => end)).Code);

            // Its host stopped it, and reports what it used.
            _ = host.Runs.EndAsync(ARun.End(unsure.Id, "stopped"));
        }
        await host.Runs.FlushAsync(Cancel);
        await host.Runs.FlushAsync(Cancel);

        Assert.Equal("succeeded", (await host.Runs.FindAsync(running.TokenId, running.Id, null, Cancel))!.Status);
        Assert.Equal(5, (await host.Runs.ReadFramesAsync(running.TokenId, running.Id, 0, Cancel))!.Frames.Count);

        var stopped = await host.Runs.FindAsync(unsure.TokenId, unsure.Id, null, Cancel);
        Assert.Equal(("stopped", 45L), (stopped!.Status, stopped.Usage.TotalTokens));
        Assert.True(host.Runs.TakesRuns);
        var next = ARun.Start();
        await host.Runs.StartAsync(next);
    }

    [Fact]
    public async Task A_database_that_is_taken_away_is_not_written_to_and_what_was_reported_waits_for_it()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        var running = ARun.Start();
        await host.Runs.StartAsync(running);
        string[] files = [.. ((string[])["", "-wal", "-shm"]).Select(companion => directory.History + companion)];
        foreach (var file in files)
            File.Move(file, file + ".away");

        host.Runs.Report(ARun.Progress(running.Id, 1, 1, 0, 5));
        var start = host.Runs.StartAsync(ARun.Start());
        host.Time.Advance(HistoryWriter.Patience);
        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, (await Assert.ThrowsAsync<WorkflowRunException>(() => start)).Code);
        foreach (var file in files)
            File.Move(file + ".away", file);

        await host.Runs.FlushAsync(Cancel);
        Assert.Equal(5, (await host.Runs.ReadFramesAsync(running.TokenId, running.Id, 0, Cancel))!.Frames.Count);
        Assert.Equal(2, (await host.Runs.ListAsync("token-a", new(), Cancel)).Total);
    }

    [Fact]
    public async Task What_waits_in_memory_is_bounded_by_refusing_new_runs()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        var running = ARun.Start();
        await host.Runs.StartAsync(running);
        File.Move(directory.History, directory.History + ".away");
        for (var i = 0; i < HistoryWriter.MostPending; i++)
            host.Runs.Report(ARun.Progress(running.Id, firstFrame: i, frames: 1));

        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, (await Assert.ThrowsAsync<WorkflowRunException>(() => host.Runs.StartAsync(ARun.Start()))).Code);
        File.Move(directory.History + ".away", directory.History);
        await host.Runs.FlushAsync(Cancel);

        await host.Runs.StartAsync(ARun.Start());
        Assert.Equal(HistoryWriter.MostPending, (await host.Runs.ReadFramesAsync(running.TokenId, running.Id, 0, Cancel))!.Frames.Count);
    }

    [Fact]
    public async Task PostgreSQL_that_is_away_is_said_to_be_and_comes_back_without_a_restart()
    {
        Assert.SkipWhen(PostgreSqlServer.Absence is not null, PostgreSqlServer.Absence ?? "");
        using var server = new PostgreSqlServer();
        using var directory = new StoreDirectory(DatabaseKind.PostgreSql, server);
        using var host = new StoreHost(directory);
        await host.Profiles.CreateAsync(StoreHost.Draft("a"), Cancel);
        var token = await host.Tokens.CreateAsync(new() { Name = "t", Workflows = ["ask"] }, Cancel);
        var running = ARun.Start();
        await host.Runs.StartAsync(running);
        await host.RunAsync("a");

        server.Stop();
        host.Runs.Report(ARun.Progress(running.Id, 1, 1, 0, 5));
        var start = host.Runs.StartAsync(ARun.Start());
        host.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, (await Assert.ThrowsAsync<WorkflowRunException>(() => start)).Code);
        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, await host.RefusalOfRunAsync("a"));
        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, (await Assert.ThrowsAsync<WorkflowRunException>(() => host.TokenStore.FindByIdAsync(token.Token.Id, Cancel).AsTask())).Code);
        var unread = await Assert.ThrowsAsync<WorkflowRunException>(() => host.Runs.FindAsync(running.TokenId, running.Id, null, Cancel));
        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, unread.Code);
        Assert.DoesNotContain("of-the-tests", unread.ToString(), StringComparison.Ordinal);

        server.Start();
        host.Listen();
        await host.Runs.FlushAsync(Cancel);
        await host.RunAsync("a");
        Assert.NotNull(await host.TokenStore.FindByIdAsync(token.Token.Id, Cancel));
        Assert.Equal(5, (await host.Runs.ReadFramesAsync(running.TokenId, running.Id, 0, Cancel))!.Frames.Count);
        await host.Node.LookAsync(Cancel);
        Assert.Equal("node-1", host.Node.Name);
        await host.Runs.EndAsync(ARun.End(running.Id));
        Assert.Equal("succeeded", (await host.Runs.FindAsync(running.TokenId, running.Id, null, Cancel))!.Status);
        using var other = new StoreHost(directory);
        Assert.Equal("node-2", other.Node.Name);
    }

    [Fact]
    public void A_connection_string_that_is_malformed_is_not_repeated()
    {
        using var directory = new StoreDirectory();
        foreach (var wrong in (string[])["Host=a;Secretpassword", "secretpassword=1;Host=a", "Host=a;Port=secretpassword"])
        {
            var refused = Assert.Throws<ArgumentException>(() => new PostgreSqlStorageDatabase(wrong));
            Assert.DoesNotContain("ecretpassword", refused.ToString(), StringComparison.Ordinal);
        }
    }
}
