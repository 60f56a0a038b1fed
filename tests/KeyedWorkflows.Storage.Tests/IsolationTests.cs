using System.Collections.Concurrent;

namespace KeyedWorkflows.Storage.Tests;

public sealed class IsolationTests : IDisposable
{
    private const int Profiles = 20;

    private readonly StoreDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public Task No_run_is_paid_with_the_key_of_another_while_profiles_change() => ProveAsync(runs: 1_000, changes: 100);

    [Fact]
    [Trait("Category", "Heavy")]
    public Task No_run_of_20000_is_paid_with_the_key_of_another_while_profiles_change()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("KEYEDWORKFLOWS_HEAVY") == "1", "Heavy: set KEYEDWORKFLOWS_HEAVY=1, as .ci/run does.");
        return ProveAsync(runs: 20_000, changes: 1_000);
    }

    private async Task ProveAsync(int runs, int changes)
    {
        using var host = new StoreHost(directory);
        using var elsewhere = new StoreHost(directory);
        var ids = new string[Profiles];
        var keysOf = new ConcurrentDictionary<Secret, string>();
        for (var i = 0; i < Profiles; i++)
            ids[i] = (await host.Profiles.CreateAsync(StoreHost.Draft(Name(i), NewKeyOf(i), tenant: "tenant-" + i), TestContext.Current.CancellationToken)).Id;

        var refused = new ConcurrentDictionary<string, int>();
        var ended = 0;
        var change = Task.Run(ChangeAsync, TestContext.Current.CancellationToken);

        // Runs go on as long as profiles change: each change meets some.
        await Parallel.ForEachAsync(Runs(), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, async (run, token) =>
        {
            var name = Name(run % Profiles);
            try
            {
                await host.AskTwice.RunAsync(new Question(name), name, token);
            }
            catch (WorkflowRunException error)
            {
                refused.AddOrUpdate(error.Code, 1, static (_, count) => count + 1);
            }
            Interlocked.Increment(ref ended);
        });
        await change;

        Assert.NotEmpty(host.Provider.Calls);
        Assert.All(host.Provider.Calls, call => Assert.Equal(call.Asked, keysOf[call.Key]));
        Assert.All(refused.Keys, code => Assert.Contains(code, (string[])[WorkflowErrorCodes.ProfileTampered, WorkflowErrorCodes.ProfileDisabled]));

        Assert.Contains(WorkflowErrorCodes.ProfileTampered, refused.Keys);

        static string Name(int i) => "p" + i;

        IEnumerable<int> Runs()
        {
            for (var run = 0; run < runs || !change.IsCompleted; run++)
                yield return run;
        }

        async Task MeetRunsAsync()
        {
            for (var before = Volatile.Read(ref ended); Volatile.Read(ref ended) < before + Profiles + 8;)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        string NewKeyOf(int i)
        {
            var key = StoreHost.NewKey();
            keysOf[Secret.From(key)] = Name(i);
            return key;
        }

        async Task ChangeAsync()
        {
            for (var i = 0; i < changes; i++)
            {
                var (one, other) = (i % Profiles, (i + 1) % Profiles);
                switch (i % 4)
                {
                    case 0:
                        await elsewhere.Profiles.RotateKeyAsync(ids[one], Secret.From(NewKeyOf(one)), TestContext.Current.CancellationToken);
                        break;
                    case 1:
                        await host.Profiles.SetEnabledAsync(ids[one], false, TestContext.Current.CancellationToken);
                        host.Listen();
                        await host.Profiles.SetEnabledAsync(ids[one], true, TestContext.Current.CancellationToken);
                        break;
                    default:
                        // Two tenants' payloads change places, and go back.
                        var swap = $"CREATE TEMP TABLE t AS SELECT Id, Payload FROM profiles; UPDATE profiles SET Payload = (SELECT Payload FROM t WHERE t.Id = CASE profiles.Id WHEN '{ids[one]}' THEN '{ids[other]}' ELSE '{ids[one]}' END) WHERE Id IN ('{ids[one]}', '{ids[other]}')";
                        directory.Execute(swap);
                        host.Listen();
                        await MeetRunsAsync();
                        directory.Execute(swap);
                        break;
                }
                host.Listen();
            }
        }
    }
}
