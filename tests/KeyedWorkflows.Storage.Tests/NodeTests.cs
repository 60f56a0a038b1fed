using System.Text.Json;

namespace KeyedWorkflows.Storage.Tests;

public sealed class NodeTests
{
    private const string Url = "https://hooks.example/done";

    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task After_a_restart_no_run_says_running_and_what_it_used_is_booked(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        var start = ARun.Start(callback: Url);
        var ended = ARun.Start();
        using (var host = new StoreHost(directory))
        {
            await host.Runs.StartAsync(start);
            host.Runs.Report(ARun.Progress(start.Id, calls: 2, frames: 3));
            await host.Runs.StartAsync(ended);
            await host.Runs.EndAsync(ARun.End(ended.Id));
        }

        using var after = new StoreHost(directory);

        var found = (await after.Runs.FindAsync(start.TokenId, start.Id, null, Cancel))!;
        Assert.Equal(("failed", WorkflowErrorCodes.HostStopped, new RunUsage(2, 20, 10, 4, 2)), (found.Status, found.ErrorCode, found.Usage));
        Assert.Equal(after.Time.GetUtcNow(), found.FinishedAt);
        Assert.True((await after.Runs.ReadFramesAsync(start.TokenId, start.Id, 0, Cancel))!.HasEnded);
        Assert.Equal("succeeded", (await after.Runs.FindAsync(ended.TokenId, ended.Id, null, Cancel))!.Status);
        Assert.Equal(0, (await after.Runs.ListAsync(start.TokenId, new() { Status = "running" }, Cancel)).Total);
        var callback = Assert.Single(await after.Callbacks.TakeDueAsync(10, TimeSpan.FromMinutes(1), Cancel));
        Assert.Equal((start.Id, start.TokenId, Url), (callback.RunId, callback.TokenId, callback.Url));
        using var body = JsonDocument.Parse(callback.Body);
        Assert.Equal(("workflow_finished", start.Id), (body.RootElement.GetProperty("event").GetString(), body.RootElement.GetProperty("workflow_run_id").GetString()));
        var data = body.RootElement.GetProperty("data");
        Assert.Equal(("ask", "failed", found.Error, "host_stopped", 30), (Text("workflow_id"), Text("status"), Text("error"), Text("error_code"), data.GetProperty("total_tokens").GetInt32()));

        string? Text(string name) => data.GetProperty(name).GetString();
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Each_process_has_a_name_of_its_own_and_leaves_the_runs_of_the_others_alone(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var first = new StoreHost(directory);
        var start = ARun.Start();
        await first.Runs.StartAsync(start);

        using var second = new StoreHost(directory);
        await second.Node.LookAsync(Cancel);
        await first.Node.LookAsync(Cancel);

        Assert.Equal(("node-1", "node-2"), (first.Node.Name, second.Node.Name));
        Assert.Equal("running", (await second.Runs.FindAsync(start.TokenId, start.Id, null, Cancel))!.Status);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_node_that_lives_ends_the_runs_of_one_that_is_gone(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        var gone = new StoreHost(directory);
        using var alive = new StoreHost(directory);
        var start = ARun.Start(callback: Url);
        await gone.Runs.StartAsync(start);
        gone.Dispose();

        // A connection that broke is given the time to come back; a file's lock tells at once.
        await alive.Node.LookAsync(Cancel);
        Assert.Equal(kind == DatabaseKind.Sqlite ? "failed" : "running", (await alive.Runs.FindAsync(start.TokenId, start.Id, null, Cancel))!.Status);
        alive.Time.Advance(alive.Storage.Database.NodePatience);
        await alive.Node.LookAsync(Cancel);

        Assert.Equal(WorkflowErrorCodes.HostStopped, (await alive.Runs.FindAsync(start.TokenId, start.Id, null, Cancel))!.ErrorCode);
        Assert.Single(await alive.Callbacks.TakeDueAsync(10, TimeSpan.FromMinutes(1), Cancel));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_run_that_was_taken_for_dead_ends_as_it_truly_did_and_tells_its_caller_once(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var start = ARun.Start(callback: Url);
        await host.Runs.StartAsync(start);
        await host.Writer.ExecuteAsync(static session => session.Change(new("UPDATE runs SET \"Node\" = 'node-9'")), null, Cancel);

        using (var other = new StoreHost(directory))
        {
            await other.Node.LookAsync(Cancel);
            other.Time.Advance(other.Storage.Database.NodePatience);
            await other.Node.LookAsync(Cancel);
            Assert.Equal("failed", (await other.Runs.FindAsync(start.TokenId, start.Id, null, Cancel))!.Status);
            var told = Assert.Single(await other.Callbacks.TakeDueAsync(10, TimeSpan.FromMinutes(1), Cancel));
            await other.Callbacks.CompleteAsync(told.Id, delivered: true, Cancel);
        }
        await host.Runs.EndAsync(ARun.End(start.Id, callback: ARun.Utf8("{}")));

        Assert.Equal("succeeded", (await host.Runs.FindAsync(start.TokenId, start.Id, null, Cancel))!.Status);
        host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(await host.Callbacks.TakeDueAsync(10, TimeSpan.FromMinutes(1), Cancel));
    }

    [Fact]
    public async Task A_database_that_began_anew_lets_nobody_take_the_runs_of_a_node_that_lives()
    {
        Assert.SkipWhen(PostgreSqlServer.Absence is not null, PostgreSqlServer.Absence ?? "");
        using var server = new PostgreSqlServer();
        using var directory = new StoreDirectory(DatabaseKind.PostgreSql, server);
        using var alive = new StoreHost(directory);
        var run = ARun.Start(at: DateTimeOffset.UtcNow);
        await alive.Runs.StartAsync(run);

        server.Stop();
        server.Start();

        // A new one comes first, and gets the name that the other has lost.
        using var fresh = new StoreHost(directory);
        Assert.Equal("node-1", fresh.Node.Name);
        Assert.Equal("running", (await fresh.Runs.FindAsync(run.TokenId, run.Id, null, Cancel))!.Status);
        await alive.Node.LookAsync(Cancel);
        Assert.Equal("node-2", alive.Node.Name);
        fresh.Time.Advance(fresh.Storage.Database.NodePatience);
        await fresh.Node.LookAsync(Cancel);
        Assert.Equal("running", (await fresh.Runs.FindAsync(run.TokenId, run.Id, null, Cancel))!.Status);

        // Where its process ends, too, its runs are those of its new name.
        alive.Dispose();
        await fresh.Node.LookAsync(Cancel);
        fresh.Time.Advance(fresh.Storage.Database.NodePatience);
        await fresh.Node.LookAsync(Cancel);
        Assert.Equal(WorkflowErrorCodes.HostStopped, (await fresh.Runs.FindAsync(run.TokenId, run.Id, null, Cancel))!.ErrorCode);
    }

    [Fact]
    public void A_link_in_the_place_of_the_lock_is_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links are of Unix.");
        using var directory = new StoreDirectory();
        new StoreHost(directory).Dispose();
        var victim = Path.Combine(directory.Root, "victim");
        File.WriteAllText(victim, "as it was");
        var planted = directory.Database + ".node-1.lock";
        File.Delete(planted);
        File.CreateSymbolicLink(planted, victim);

        Assert.Contains("is a link", Assert.Throws<InvalidOperationException>(() => new StoreHost(directory)).Message, StringComparison.Ordinal);
        Assert.Equal("as it was", File.ReadAllText(victim));
    }
}
