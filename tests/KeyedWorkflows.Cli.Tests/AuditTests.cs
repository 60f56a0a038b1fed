using KeyedWorkflows.Cli.Tests.Scene;
using Microsoft.Data.Sqlite;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>Who did what, as an auditor asks for it.</summary>
public sealed class AuditTests : IDisposable
{
    private readonly Operator anna = new();

    public void Dispose() => anna.Dispose();

    [Fact]
    public async Task What_an_operator_does_is_in_the_audit_under_their_name_without_a_key()
    {
        var (key, other) = (Operator.NewKey(), Operator.NewKey());
        await anna.AddProfileAsync("client_a", "client-a", key);
        await anna.AddProfileAsync("client_b", "client-b", Operator.NewKey());
        (await anna.RunAsync(Answers.Hidden(other), "profiles", "rotate", "client_a", "--force")).Succeeds();
        (await anna.RunAsync("limits", "set", "client_a", "--day-tokens", "5")).Succeeds();
        (await anna.RunAsync("tokens", "create", "web", "--workflow", "desk", "--pinned-tenant", "client-a")).Succeeds();

        var all = (await anna.RunAsync("audit", "list", "--json")).Succeeds().Json["entries"]!.AsArray();
        var table = (await anna.RunAsync("audit", "list", "--tenant", "client-a", "--actor", "anna", "--limit", "2")).Succeeds();
        var report = (await anna.RunAsync("audit", "report", "--tenant", "client-a", "--from", "2026-01-01", "--csv", "--out", "audit.csv")).Succeeds();
        var verified = (await anna.RunAsync("audit", "verify", "--json")).Succeeds().Json;

        Assert.Equal(5, all.Count);
        Assert.All(all, static entry => Assert.Equal(("operator", "anna"), ((string)entry!["actor_kind"]!, (string)entry["actor"]!)));
        Assert.Equal(3, table.Output.TrimEnd().Split('\n').Length);
        Assert.Equal(5, File.ReadAllLines(Path.Combine(anna.Work, "audit.csv")).Length);
        Assert.True((bool)verified["is_intact"]!);
        (await anna.RunAsync("audit", "verify", "--head", (string)verified["head"]!)).Succeeds();
        (await anna.RunAsync("audit", "verify", "--head", "x")).Ends(ExitCodes.Usage);
        Assert.Equal("", report.Output);
        Canary.IsNotIn(anna.Everything, key, other);
        Canary.IsInNoFile(anna.Root, key, other);
    }

    [Fact]
    public async Task An_audit_that_was_rewritten_is_said_and_its_report_too()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        await anna.AddProfileAsync("client_b", "client-b", Operator.NewKey());
        using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = anna.Database, Pooling = false }.ToString()))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM audit_entries WHERE \"Number\" = 1";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        var verified = await anna.RunAsync("audit", "verify", "--json");
        var report = await anna.RunAsync("audit", "report");

        Assert.False((bool)verified.Ends(ExitCodes.Refused).Json["is_intact"]!);
        Assert.Contains("not intact", report.Ends(ExitCodes.Refused).Error, StringComparison.Ordinal);
        Assert.NotEmpty(report.Json["entries"]!.AsArray());
    }
}
