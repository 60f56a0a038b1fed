using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Ledger;

/// <summary>
/// What is booked is what the provider counted, also of a host that is killed. Each answer has 7 tokens in and 3 out. Of a call that was under way when its host was killed nobody knows the end: it is booked all the same, by estimate, and flagged.
/// </summary>
[Collection(HeavyTests.Name)]
public sealed class KillTests
{
    private const int TokensIn = 7;
    private const int TokensOut = 3;

    /// <summary>They are counted and never bite.</summary>
    private static readonly UsageLimits Budgets = new() { Day = new() { Tokens = 1_000_000_000 }, Month = new() { Tokens = 1_000_000_000 } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task BookedUsageEqualsTheProvidersCountAfterKills() => ProveAsync(profiles: 10, calls: 1_500, callsOfHost: 500);

    [Fact]
    [Trait("Category", "Heavy")]
    public Task BookedUsageEqualsTheProvidersCountAfterKillsAtLength()
    {
        Heavy.Only();
        return ProveAsync(profiles: 100, calls: 50_000, callsOfHost: 6_000);
    }

    private static async Task ProveAsync(int profiles, int calls, int callsOfHost)
    {
        const int Callers = 32;
        var directory = Directory.CreateTempSubdirectory("kw-ledger-").FullName;
        await using var models = await ModelServer.StartAsync(null, Cancel);
        var asked = 0;
        models.When(_ => Interlocked.Increment(ref asked) % 53 == 0).Fail(ModelServerFault.ServerError());
        models.When(_ => true).Answer(ModelAnswer.Text("It is on its way.") with { Tokens = new(TokensIn, TokensOut) });
        try
        {
            var (keys, token) = await SeedAsync(directory, models, profiles);
            var kills = 0;
            for (var until = callsOfHost; models.TotalUsage.Requests < calls; until += callsOfHost)
            {
                await using var host = await KilledHost.StartAsync(directory, models.Endpoint);
                using var killed = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
                var callers = Enumerable.Range(0, Callers).Select(caller => CallAsync(host, token, profiles, caller, killed.Token)).ToArray();
                while (models.TotalUsage.Requests < until && !callers.All(static caller => caller.IsCompleted))
                    await Task.Delay(10, Cancel);
                await host.KillAsync();
                await killed.CancelAsync();
                await Task.WhenAll(callers);
                kills++;
            }
            Assert.True(kills > 1, $"{kills} kills.");
            await CompareAsync(directory, models, keys, Callers * kills);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<(Dictionary<string, string> Keys, string Token)> SeedAsync(string directory, ModelServer models, int profiles)
    {
        // Budgets that every host has known for a while: their accounts are trusted, and so are to be right.
        await using var scene = await ServerScene.StartAsync(new() { Models = models, Directory = directory, Services = static services => services.AddSingleton<TimeProvider>(new AnHourAgo()) });
        Dictionary<string, string> keys = [];
        for (var number = 0; number < profiles; number++)
        {
            var key = ServerScene.NewKey();
            scene.Models.Keys.Add(key);
            var draft = new ProfileDraft { Name = $"profile-{number}", Tenant = $"tenant-{number}", Provider = "openai", ApiKey = Secret.From(key), Limits = number % 2 == 0 ? Budgets : null };
            keys.Add((await scene.Profiles.CreateAsync(draft, Cancel)).Id, key);
        }
        var made = await scene.Tokens.CreateAsync(new() { Name = "all", Workflows = ["ask"], Tenants = [.. Enumerable.Range(0, profiles).Select(static number => $"tenant-{number}")] }, Cancel);
        return (keys, made.Value.Reveal());
    }

    private static async Task CallAsync(KilledHost host, string token, int profiles, int caller, CancellationToken killed)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = host.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        for (var run = caller; !killed.IsCancellationRequested; run++)
        {
            var body = new JsonObject
            {
                ["inputs"] = new JsonObject { ["text"] = new string('x', 1 + (run % 50)) },
                ["user"] = "someone",
                ["response_mode"] = run % 3 == 0 ? "streaming" : "blocking",
                ["credential_tenant"] = $"tenant-{run % profiles}",
            };
            try
            {
                using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
                using var answer = await http.PostAsync("workflows/run", content, killed);
                await answer.Content.ReadAsByteArrayAsync(killed);
            }
            catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private static async Task CompareAsync(string directory, ModelServer models, Dictionary<string, string> keys, int mostUnknown)
    {
        // A host that starts books what was left.
        await using var scene = await ServerScene.StartAsync(new() { Models = models, Directory = directory });
        using var history = scene.Services.GetRequiredService<HostStorage>().Database.OpenHistory();
        var rows = await history.Calls.AsNoTracking().ToListAsync(Cancel);
        Assert.Equal(rows.Count, rows.Select(static row => (row.Run, row.Number)).Distinct().Count());
        Assert.Equal(0, await history.Runs.CountAsync(static run => run.Status == "running", Cancel));
        Assert.Empty(Directory.GetFiles(directory, "*" + JournalFiles.Extension, SearchOption.AllDirectories));

        var unknown = 0;
        foreach (var (id, key) in keys)
        {
            var counted = models.Usage(key);
            var mine = rows.Where(row => row.ProfileId == id).ToList();
            var stopped = mine.Where(static row => row.ErrorCode == WorkflowErrorCodes.HostStopped).ToList();
            var failed = mine.Count(static row => row.ErrorCode == WorkflowErrorCodes.ProviderFailed);
            var answered = mine.Except(stopped).Where(static row => row.ErrorCode is null).ToList();
            unknown += stopped.Count;

            // All that arrived is booked, once; what is booked and did not arrive was about to leave when the host was killed.
            Assert.InRange(mine.Count, counted.Requests, counted.Requests + stopped.Count);
            Assert.All(stopped, static row => Assert.True(row.Estimated && row.InputTokens > 0));
            Assert.All(answered, static row => Assert.Equal((TokensIn, TokensOut, false), (row.InputTokens, row.OutputTokens, row.Estimated)));

            // To the token, but for answers that their host was killed over.
            var lost = (counted.CompletionTokens / TokensOut) - answered.Count;
            Assert.InRange(lost, 0, stopped.Count);
            Assert.Equal(counted.PromptTokens, answered.Sum(static row => row.InputTokens) + (lost * TokensIn));
            Assert.InRange(counted.Failed, failed, failed + stopped.Count);
            Assert.Equal(mine.Count, answered.Count + stopped.Count + failed);
        }
        Assert.InRange(unknown, 0, mostUnknown);
        await CompareAccountsAsync(scene, await history.BudgetAccounts.AsNoTracking().ToListAsync(Cancel), rows, keys.Count / 2);
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var report = Assert.Single((await scene.Services.GetRequiredService<UsageLedger>().ReadAsync(new() { From = today.AddDays(-1), To = today.AddDays(1), By = [] }, Cancel)).Rows);
        Assert.Equal((rows.Count, (long)unknown), (report.Calls, report.EstimatedCalls));
    }

    /// <summary>The accounts of budgets, through all of it, are what the ledger says: those that say of themselves that they were kept, and what a host takes over.</summary>
    private static async Task CompareAccountsAsync(ServerScene scene, List<BudgetAccountRow> accounts, List<RunCallRow> rows, int profiles)
    {
        var books = scene.Services.GetRequiredService<IUsageBooks>();
        var periods = new LimitPeriods(TimeZoneInfo.Utc);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Assert.Contains(accounts, static account => account.Mark is not null);
        foreach (var account in accounts.Where(static account => account.Kind == "profile"))
        {
            var period = account.Period == "day" ? BudgetPeriod.Day : BudgetPeriod.Month;
            var (start, end) = periods.Of(period, new(account.Start, TimeSpan.Zero));
            var mark = (await scene.Services.GetRequiredService<EncryptedProfileStore>().FindByIdAsync(account.Subject, Cancel))!.BudgetMark;
            var meter = new BudgetMeter(new(new(LimitSubjectKind.Profile, account.Subject), period, start, account.Currency), end);
            var used = rows.Where(row => row.ProfileId == account.Subject && row.FinishedAt >= start.UtcTicks && row.FinishedAt < end.UtcTicks).Sum(static row => row.InputTokens + row.OutputTokens);

            Assert.NotNull(mark);
            Assert.True(account.Mark != mark || account.Tokens == used, $"The account holds {account.Tokens} tokens, and the ledger {used}.");
            await meter.OpenAsync(mark, books.OpenAsync);
            Assert.Equal(used, meter.Spent.Tokens);
            seen.Add(account.Subject);
        }
        Assert.Equal(profiles, seen.Count);
    }

    private sealed class AnHourAgo : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(-1);
    }
}
