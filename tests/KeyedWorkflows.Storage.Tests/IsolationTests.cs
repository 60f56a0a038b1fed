using System.Collections.Concurrent;

namespace KeyedWorkflows.Storage.Tests;

public sealed class IsolationTests : IDisposable
{
    private const int Profiles = 20;

    private readonly StoreDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public Task No_run_is_paid_with_the_key_of_another_while_profiles_change() => ProveAsync(runs: 1_000, changes: 40);

    [Fact]
    [Trait("Category", "Heavy")]
    public Task No_run_of_20000_is_paid_with_the_key_of_another_while_profiles_change()
    {
        Heavy.Only();
        return ProveAsync(runs: 20_000, changes: 1_000);
    }

    private async Task ProveAsync(int runs, int changes)
    {
        using var host = new StoreHost(directory);
        using var elsewhere = new StoreHost(directory);
        var ids = new string[Profiles];
        var generations = new int[Profiles];
        var keysOf = new ConcurrentDictionary<Secret, (string Profile, int Generation)>();
        for (var i = 0; i < Profiles; i++)
            ids[i] = (await host.Profiles.CreateAsync(StoreHost.Draft(Name(i), NewKeyOf(i, 0), tenant: "tenant-" + i), TestContext.Current.CancellationToken)).Id;

        var outcomes = new ConcurrentDictionary<string, (string Outcome, int Generation)>(StringComparer.Ordinal);
        var calls = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        HeldRun? held = null;
        host.Provider.WhileAnswering = asked => calls.AddOrUpdate(asked, 1, static (_, before) => before + 1) == 1 && Volatile.Read(ref held) is { } hold && hold.Profile == ProfileOf(asked) ? hold.HoldAsync(asked) : Task.CompletedTask;
        List<(string Kind, string Run, string Outcome)> met = [];
        var change = Task.Run(ChangeAsync, TestContext.Current.CancellationToken);

        // Runs go on as long as profiles change: each change meets one between its two calls, and others wherever they are.
        await Parallel.ForEachAsync(Runs(), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, async (run, token) =>
        {
            var profile = run % Profiles;
            var asked = $"{Name(profile)} {run}";
            var (outcome, generation) = ("succeeded", Volatile.Read(ref generations[profile]));
            try
            {
                await host.AskTwice.RunAsync(new Question(asked), Name(profile), token);
            }
            catch (WorkflowRunException error)
            {
                outcome = error.Code;
            }
            outcomes[asked] = (outcome, generation);
            Volatile.Read(ref held)?.End(asked, outcome);
        });
        await change;

        // No call was paid with another's key, and none with a key that was replaced before the run began.
        Assert.All(host.Provider.Calls, call =>
        {
            var (profile, generation) = keysOf[call.Key];
            Assert.Equal(ProfileOf(call.Asked), profile);
            Assert.InRange(generation, outcomes[call.Asked].Generation, int.MaxValue);
        });
        Assert.True(outcomes.Count >= runs);
        Assert.All(outcomes.Values, one => Assert.Contains(one.Outcome, (string[])["succeeded", WorkflowErrorCodes.ProfileTampered, WorkflowErrorCodes.ProfileDisabled]));

        // Every change met a run in flight: what was paid before it stays, and the next call takes the new key, or is not made.
        Assert.Equal(changes, met.Count);
        Assert.Equal(4, met.Select(static one => one.Kind).Distinct().Count());
        var paid = host.Provider.Calls.ToLookup(static call => call.Asked, call => keysOf[call.Key].Generation);
        Assert.All(met, one => Assert.Equal(
            one.Kind switch { "rotated elsewhere" or "rotated here" => ("succeeded", 2, 1), "revoked" => (WorkflowErrorCodes.ProfileDisabled, 1, 0), _ => (WorkflowErrorCodes.ProfileTampered, 1, 0) },
            (one.Outcome, paid[one.Run].Count(), paid[one.Run].Last() - paid[one.Run].First())));

        static string Name(int i) => "p" + i;

        static string ProfileOf(string asked) => asked[..asked.IndexOf(' ', StringComparison.Ordinal)];

        IEnumerable<int> Runs()
        {
            for (var run = 0; run < runs || !change.IsCompleted; run++)
                yield return run;
        }

        string NewKeyOf(int i, int generation)
        {
            var key = StoreHost.NewKey();
            keysOf[Secret.From(key)] = (Name(i), generation);
            return key;
        }

        async Task ChangeAsync()
        {
            var ct = TestContext.Current.CancellationToken;
            for (var i = 0; i < changes; i++)
            {
                var (one, other) = (i % Profiles, (i + 1) % Profiles);

                // Two tenants' payloads change places, and go back.
                var swap = $"CREATE TEMP TABLE t AS SELECT Id, Payload FROM profiles; UPDATE profiles SET Payload = (SELECT Payload FROM t WHERE t.Id = CASE profiles.Id WHEN '{ids[one]}' THEN '{ids[other]}' ELSE '{ids[one]}' END) WHERE Id IN ('{ids[one]}', '{ids[other]}')";
                (string Kind, Func<Task> Make, Func<Task>? Undo) step = (((i / Profiles) + i) % 4) switch
                {
                    0 => ("rotated elsewhere", () => RotateAsync(elsewhere, one), null),
                    1 => ("revoked", () => host.Profiles.SetEnabledAsync(ids[one], false, ct), () => host.Profiles.SetEnabledAsync(ids[one], true, ct)),
                    2 => ("rotated here", () => RotateAsync(host, one), null),
                    _ => ("altered", () => Task.FromResult(directory.Execute(swap)), () => Task.FromResult(directory.Execute(swap))),
                };
                var hold = new HeldRun(Name(one));
                Volatile.Write(ref held, hold);
                var asked = await hold.Arrived.WaitAsync(ct);
                await HeardAsync(step.Make);
                if (step.Kind.StartsWith("rotated", StringComparison.Ordinal))
                    Volatile.Write(ref generations[one], generations[one] + 1);
                hold.Release();
                met.Add((step.Kind, asked, await hold.Ended.WaitAsync(ct)));
                if (step.Undo is { } undo)
                    await HeardAsync(undo);
            }

            Task RotateAsync(StoreHost process, int one) => process.Profiles.RotateKeyAsync(ids[one], Secret.From(NewKeyOf(one, generations[one] + 1)), ct);

            async Task HeardAsync(Func<Task> make)
            {
                var before = host.Storage.Watch.Generation;
                await make();
                host.Listen();

                // Another thread may have been listening, and have asked before.
                while (host.Storage.Watch.Generation == before)
                {
                    ct.ThrowIfCancellationRequested();
                    await Task.Yield();
                    host.Time.Hear();
                }
            }
        }
    }
}
