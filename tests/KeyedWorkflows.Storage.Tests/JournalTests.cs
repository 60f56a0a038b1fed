using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>What a process that was killed left of its calls.</summary>
public sealed class JournalTests
{
    private static readonly UsageQuery Ever = new() { From = new(1999, 1, 1), To = new(2099, 1, 1), By = [] };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_that_a_killed_process_left_are_booked_once()
    {
        using var directory = new StoreDirectory();
        IJournalFiles files;
        using (var host = new StoreHost(directory))
            files = host.Storage.Database.Journals!;
        var left = new CallJournal(files.Create());
        left.Begin(Call("run-1"));
        left.End(left.Begin(Call("run-1")), 0, new(1, 30, 20, 10, 5), isEstimated: false, "model-1-0001", null, TimeSpan.FromSeconds(2));
        left.Free(left.Begin(Call("run-2")));
        left.Dispose();
        var file = Assert.Single(Files(directory));
        var copy = await File.ReadAllBytesAsync(file, Cancel);

        for (var start = 0; start < 3; start++)
        {
            using (var host = new StoreHost(directory))
            {
                var row = Assert.Single((await host.Usage.ReadAsync(Ever, Cancel)).Rows);
                Assert.Equal((1L, 2L, 1L, 1L, 40L, 20L), (row.Runs, row.Calls, row.EstimatedCalls, row.FailedCalls, row.InputTokens, row.OutputTokens));
                Assert.Empty(Files(directory));
            }

            // Killed after it had booked them, and before it had taken the file away.
            await File.WriteAllBytesAsync(file, copy, Cancel);
        }
    }

    [Fact]
    public async Task A_process_that_lives_keeps_its_journal_and_one_that_ends_leaves_none()
    {
        using var directory = new StoreDirectory();
        using (var host = new StoreHost(directory))
        {
            await host.Profiles.CreateAsync(StoreHost.Draft("acme_openai"), Cancel);
            var asked = new TaskCompletionSource();
            var answer = new TaskCompletionSource();
            host.Provider.WhileAnswering = _ =>
            {
                asked.TrySetResult();
                return answer.Task;
            };
            var run = host.RunAsync("acme_openai");
            await asked.Task.WaitAsync(Cancel);
            using (var other = new StoreHost(directory))
                Assert.Empty((await other.Usage.ReadAsync(Ever, Cancel)).Rows);
            Assert.Single(Files(directory));
            answer.SetResult();
            await run;
            Assert.Equal(1, Assert.Single((await host.Usage.ReadAsync(Ever, Cancel)).Rows).Calls);
        }
        Assert.Empty(Files(directory));
    }

    [Fact]
    public async Task Calls_of_runs_in_the_hosts_own_process_are_booked_and_count_for_budgets_after_a_restart()
    {
        using var directory = new StoreDirectory();
        using (var host = new StoreHost(directory))
        {
            await host.Profiles.CreateAsync(StoreHost.Draft("acme_openai") with { Limits = new() { Month = new() { Tokens = 5_000 } } }, Cancel);
            await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
            {
                try
                {
                    await host.RunAsync("acme_openai");
                }
                catch (WorkflowRunException error) when (error.Code is WorkflowErrorCodes.BudgetSpent or WorkflowErrorCodes.LimitReached)
                {
                    // Each call holds back what it may use: not all fit at once.
                }
            }));
        }
        using (var host = new StoreHost(directory))
        {
            var row = Assert.Single((await host.Usage.ReadAsync(Ever with { By = [UsageDimension.Tenant, UsageDimension.Profile, UsageDimension.Token] }, Cancel)).Rows);
            Assert.Equal(("acme", "acme_openai", "host", row.Calls, row.Calls), (row.Tenant, row.Profile, row.TokenId, row.Runs, row.EstimatedCalls));
            Assert.InRange(row.Calls, 1, 50);
            var id = (await host.Profiles.FindByNameAsync("acme_openai", Cancel))!.Id;
            await host.Profiles.ReplaceAsync(id, StoreHost.Draft("acme_openai") with { Limits = new() { Month = new() { Tokens = row.InputTokens + row.OutputTokens } } }, cancellationToken: Cancel);
            Assert.Equal(WorkflowErrorCodes.BudgetSpent, await host.RefusalOfRunAsync("acme_openai"));
        }
    }

    [Fact]
    public void What_is_noted_is_read_as_it_was()
    {
        var text = Gen.String[Gen.Char.AlphaNumeric, 0, 600];
        Gen.Select(text, text, Gen.Long[0, long.MaxValue / 2], Gen.Int[-1, 5], Gen.Bool).Sample((one, other, tokens, element, ends) =>
        {
            var call = Call("run-1") with { EndUser = one.Length > 200 ? null : one, Element = element < 0 ? null : element, Step = other, Usage = new(1, tokens, tokens / 2, tokens / 3, tokens / 4) };
            var slot = new byte[JournalSlot.Bytes];
            JournalSlot.WriteStart(slot, call);
            if (ends)
            {
                JournalSlot.WriteEnd(slot.AsSpan(0, JournalSlot.EndBytes), 7, call.Usage, isEstimated: false, "model-2", "provider_failed", TimeSpan.FromTicks(9));
                call = call with { Number = 7, IsEstimated = false, ModelAnswered = "model-2", ErrorCode = "provider_failed", Duration = TimeSpan.FromTicks(9) };
            }
            else
            {
                call = call with { ErrorCode = WorkflowErrorCodes.HostStopped };
            }
            Assert.Equal(call, JournalSlot.Read(slot));
        });
    }

    [Fact]
    public void Texts_for_which_there_is_no_room_are_cut_and_what_says_who_pays_is_not()
    {
        var call = Call(new string('r', 44)) with { EndUser = new string('ß', 5_000), Step = new string('s', 5_000) };
        var slot = new byte[JournalSlot.Bytes];

        JournalSlot.WriteStart(slot, call);
        var read = JournalSlot.Read(slot)!;

        Assert.Equal((call.RunId, call.TokenId, call.ProfileId, call.Tenant, call.Model), (read.RunId, read.TokenId, read.ProfileId, read.Tenant, read.Model));
        Assert.StartsWith("ßß", read.EndUser, StringComparison.Ordinal);
    }

    [Fact]
    public void A_journal_grows_with_its_calls_and_gives_places_out_again()
    {
        using var directory = new StoreDirectory();
        using var journal = new CallJournal(new JournalFiles(Path.Combine(directory.Root, "calls")).Create());

        int[] tickets = [.. Enumerable.Range(0, 3_072).Select(_ => journal.Begin(Call("run-1")))];
        Assert.Equal(tickets.Length, tickets.Distinct().Count());
        Assert.Equal(tickets.Length, journal.ReadLeft().Count);
        foreach (var ticket in tickets)
            journal.Free(ticket);
        Assert.Empty(journal.ReadLeft());
        Assert.Subset(tickets.ToHashSet(), Enumerable.Range(0, 50).Select(_ => journal.Begin(Call("run-1"))).ToHashSet());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void While_the_disk_is_full_calls_are_not_noted_and_nobody_is_in_their_way(bool isFullFromTheBeginning)
    {
        using var directory = new StoreDirectory();
        var time = new StoreTime();
        using var log = new StoreLog();
        var files = new FullJournalFiles(new JournalFiles(Path.Combine(directory.Root, "calls"))) { IsFull = isFullFromTheBeginning };
        using var journals = new CallJournals(files, time, log);
        var noted = journals.Begin(Call("run-1"));
        files.IsFull = true;

        for (var call = 0; call < 3; call++)
        {
            Assert.Equal(CallJournal.NoTicket, journals.Begin(Call("run-1")));
            journals.Free(noted);
            time.Skip(TimeSpan.FromSeconds(11));
        }
        files.IsFull = false;

        Assert.NotEqual(CallJournal.NoTicket, journals.Begin(Call("run-1")));
        Assert.Single(log.Lines, static line => line.Contains("cannot be noted", StringComparison.Ordinal));
        Assert.Single(log.Lines, static line => line.Contains("are noted again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_journal_that_ends_while_calls_begin_leaves_each_of_them_or_refuses_it()
    {
        using var directory = new StoreDirectory();
        for (var round = 0; round < 50; round++)
        {
            var files = new JournalFiles(Path.Combine(directory.Root, "calls" + round));
            using var journals = new CallJournals(files, TimeProvider.System, NullLogger.Instance);
            using var start = new Barrier(5);
            var noted = 0;
            var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                start.SignalAndWait(Cancel);
                for (var call = 0; call < 200; call++)
                {
                    if (journals.Begin(Call("run-1")) != CallJournal.NoTicket)
                        Interlocked.Increment(ref noted);
                }
            }, Cancel)).ToArray();
            start.SignalAndWait(Cancel);
            journals.Dispose();
            await Task.WhenAll(callers);

            var left = files.FindLeft().ToList();
            Assert.Equal(noted, left.Sum(static file => new CallJournal(file).ReadLeft().Count));
            foreach (var file in left)
                file.Dispose();
        }
    }

    [Fact]
    public async Task A_journal_is_found_by_nobody_before_its_process_holds_it_and_while_it_does()
    {
        using var directory = new StoreDirectory();
        var files = new JournalFiles(Path.Combine(directory.Root, "calls"));
        var over = false;
        var finder = Task.Run(() =>
        {
            var found = 0;
            while (!Volatile.Read(ref over))
            {
                foreach (var file in files.FindLeft())
                {
                    found++;
                    file.Dispose();
                }
            }
            return found;
        }, Cancel);
        List<IJournalFile> mine = [];
        for (var count = 0; count < 300; count++)
            mine.Add(files.Create());
        Volatile.Write(ref over, true);

        Assert.Equal(0, await finder);
        foreach (var file in mine)
        {
            file.Remove();
            file.Dispose();
        }
    }

    private static string[] Files(StoreDirectory directory) => Directory.GetFiles(directory.Root, "*" + JournalFiles.Extension, SearchOption.AllDirectories);

    private static JournalCall Call(string run) => new()
    {
        RunId = run,
        Workflow = "ask",
        TokenId = "token-1",
        Step = "Answer",
        Attempt = 1,
        Slot = "main",
        ProfileId = "profile-1",
        ProfileName = "acme_openai",
        Tenant = "acme",
        Provider = "fake",
        Model = "model-1",
        Usage = new(1, 10, 0),
        IsEstimated = true,
        StartedAt = ARun.Noon,
        Duration = TimeSpan.Zero,
    };
}
