using System.Buffers.Binary;
using System.Diagnostics;
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
        Gen.Select(text, text, Gen.Long[0, JournalSlot.MostTokens], Gen.Int[-1, 5], Gen.Bool).Sample((one, other, tokens, element, ends) =>
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
        Assert.Equal(tickets.Length, journal.ReadLeft(out _).Count);
        foreach (var ticket in tickets)
            journal.Free(ticket);
        Assert.Empty(journal.ReadLeft(out _));
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
            Assert.Equal(noted, left.Sum(static file => new CallJournal(file).ReadLeft(out _).Count));
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

    /// <summary>A process may be killed, and a machine lose its power, between any two bytes.</summary>
    [Fact]
    public void A_start_that_was_written_in_part_is_no_call_and_such_an_end_is_not_known()
    {
        var call = Call("run-1") with { EndUser = "user-1" };
        var start = new byte[JournalSlot.Bytes];
        var startLength = JournalSlot.WriteStart(start, call);
        var end = new byte[JournalSlot.EndBytes];
        var endLength = JournalSlot.WriteEnd(end, 3, new(1, 30, 20, 10, 5), isEstimated: false, "model-1-0001", "provider_failed", TimeSpan.FromSeconds(2));
        var unknown = call with { ErrorCode = WorkflowErrorCodes.HostStopped };
        Assert.Equal(unknown, JournalSlot.Read(start));

        for (var written = 0; written < startLength; written++)
        {
            var slot = new byte[JournalSlot.Bytes];
            start.AsSpan(0, written).CopyTo(slot);
            Assert.Null(JournalSlot.Read(slot));
        }
        for (var written = 0; written <= endLength; written++)
        {
            byte[] slot = [.. start];
            end.AsSpan(0, written).CopyTo(slot);
            Assert.Equal(written == endLength, JournalSlot.Read(slot) != unknown);
        }
    }

    [Fact]
    public void Whatever_bit_is_turned_is_found()
    {
        var slot = new byte[JournalSlot.Bytes];
        var length = JournalSlot.WriteStart(slot, Call("run-1"));
        var begun = JournalSlot.Read(slot);
        var endLength = JournalSlot.WriteEnd(slot.AsSpan(0, JournalSlot.EndBytes), 3, new(1, 30, 20), isEstimated: false, null, null, TimeSpan.Zero);
        var ended = JournalSlot.Read(slot);

        for (var at = 0; at < length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                slot[at] ^= (byte)(1 << bit);
                Assert.Equal(at < endLength ? begun : at < JournalSlot.EndBytes ? ended : null, JournalSlot.Read(slot));
                slot[at] ^= (byte)(1 << bit);
            }
        }
    }

    /// <summary>Who knows how a slot is sealed, or a fault of a host's own, books nothing that spoils the sums of all.</summary>
    [Fact]
    public void Numbers_that_cannot_be_are_not_taken_and_texts_are_shown_without_controls()
    {
        var slot = new byte[JournalSlot.Bytes];
        foreach (var tokens in (long[])[-1_000_000_000_000, long.MinValue, 1L << 62, JournalSlot.MostTokens + 1])
        {
            JournalSlot.WriteStart(slot, Call("run-1"));
            for (var at = 24; at < 56; at += 8)
            {
                byte[] absurd = [.. slot];
                Patch(absurd.AsSpan(JournalSlot.EndBytes), at, tokens);
                Assert.Null(JournalSlot.Read(absurd));
            }
            JournalSlot.WriteStart(slot, Call("run-1") with { Usage = new(1, tokens, tokens, tokens, tokens) });
            Assert.InRange(JournalSlot.Read(slot)!.Usage.InputTokens, 0, JournalSlot.MostTokens);
        }
        foreach (var ticks in (long[])[1L << 62, -1, 0, long.MaxValue])
        {
            JournalSlot.WriteStart(slot, Call("run-1"));
            Patch(slot.AsSpan(JournalSlot.EndBytes), 8, ticks);
            Assert.Null(JournalSlot.Read(slot));
            JournalSlot.WriteStart(slot, Call("run-1"));
            JournalSlot.WriteEnd(slot.AsSpan(0, JournalSlot.EndBytes), 3, new(1, 30, 20), isEstimated: false, null, null, TimeSpan.Zero);
            Patch(slot.AsSpan(0, JournalSlot.EndBytes), 48, ticks == 0 ? -5 : ticks);
            Assert.Null(JournalSlot.Read(slot)!.Number);
        }

        JournalSlot.WriteStart(slot, Call("run-1") with { EndUser = "a\e[2Jb\r\nc\u2028d\u0085", Step = "Zoë" });
        Assert.Equal(("a\uFFFD[2Jb\uFFFD\uFFFDc\uFFFDd\uFFFD", "Zoë"), JournalSlot.Read(slot) is { } shown ? (shown.EndUser, shown.Step) : default);

        static void Patch(Span<byte> part, int at, long number)
        {
            part = part[..BinaryPrimitives.ReadUInt16LittleEndian(part[6..])];
            BinaryPrimitives.WriteInt64LittleEndian(part[at..], number);
            BinaryPrimitives.WriteUInt32LittleEndian(part, Crc32C.Of(part[4..]));
        }
    }

    /// <summary>Whatever lies there under the name of a journal: the host starts, and what others left is booked.</summary>
    [Fact]
    public async Task A_journal_that_cannot_be_read_is_set_aside_and_holds_nobody_up()
    {
        using var directory = new StoreDirectory();
        IJournalFiles files;
        using (var host = new StoreHost(directory))
            files = host.Storage.Database.Journals!;
        var half = new CallJournal(files.Create());
        half.Begin(Call("run-1") with { EndUser = "user-1" });
        half.Begin(Call("run-2") with { EndUser = "user-2" });
        half.Dispose();
        var halved = Assert.Single(Files(directory));
        var bytes = await File.ReadAllBytesAsync(halved, Cancel);
        bytes[JournalSlot.Bytes + JournalSlot.EndBytes + 100] ^= 1;
        await File.WriteAllBytesAsync(halved, bytes, Cancel);
        var whole = new CallJournal(files.Create());
        whole.Begin(Call("run-3"));
        whole.Dispose();
        var garbage = directory.History + ".0.calls";
        await File.WriteAllBytesAsync(garbage, [.. Enumerable.Range(0, 5_000).Select(static at => (byte)(at * 7))], Cancel);
        var pipe = directory.History + ".pipe\e[2J.calls";
        using (var made = Process.Start("mkfifo", pipe))
            await made.WaitForExitAsync(Cancel);
        Directory.CreateDirectory(directory.History + ".directory.calls");
        File.CreateSymbolicLink(directory.History + ".link.calls", "/dev/zero");

        for (var start = 0; start < 2; start++)
        {
            using var host = new StoreHost(directory);
            Assert.Equal(2, Assert.Single((await host.Usage.ReadAsync(Ever, Cancel)).Rows).Calls);
            Assert.Equal(start == 0 ? 3 : 0, host.Log.Lines.Count(static line => line.Contains("was set aside", StringComparison.Ordinal)));
            Assert.DoesNotContain('\e', host.Log.Text);
        }

        // What was booked stands in it no more, and what was not may be looked at.
        Assert.All([halved, garbage, pipe], static file => Assert.True(File.Exists(file + JournalFiles.Damaged)));
        var kept = System.Text.Encoding.UTF8.GetString(await File.ReadAllBytesAsync(halved + JournalFiles.Damaged, Cancel));
        Assert.DoesNotContain("user-1", kept, StringComparison.Ordinal);
        Assert.Contains("user-2", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_that_the_database_does_not_take_holds_no_other_up()
    {
        using var directory = new StoreDirectory();
        IJournalFiles files;
        using (var host = new StoreHost(directory))
            files = host.Storage.Database.Journals!;
        foreach (var run in (string[])["run-1", "run-2", "run-3"])
        {
            var left = new CallJournal(files.Create());
            left.Begin(Call(run));
            left.Dispose();
        }
        directory.ExecuteOnHistory("CREATE TRIGGER refuse BEFORE INSERT ON run_calls WHEN NEW.RunId = 'run-2' BEGIN SELECT RAISE(ABORT, 'refused'); END");

        using (var host = new StoreHost(directory))
        {
            Assert.Equal(2, Assert.Single((await host.Usage.ReadAsync(Ever, Cancel)).Rows).Calls);
            Assert.Single(Files(directory));
            Assert.Single(host.Log.Lines, static line => line.Contains("could not be booked", StringComparison.Ordinal));
        }
        directory.ExecuteOnHistory("DROP TRIGGER refuse");
        using (var host = new StoreHost(directory))
            Assert.Equal(3, Assert.Single((await host.Usage.ReadAsync(Ever, Cancel)).Rows).Calls);
    }

    /// <summary>Who is purged does not come back by what a killed process left.</summary>
    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_tenant_is_purged_of_what_killed_processes_left_too(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        void Journal(StorageOptions options) => options.CallJournalDirectory = kind == DatabaseKind.PostgreSql ? Path.Combine(directory.Root, "calls") : null;
        using (var host = new StoreHost(directory, Journal, clock: TimeProvider.System))
        {
            await host.Profiles.CreateAsync(StoreHost.Draft("acme_openai"), Cancel);
            await host.Runs.StartAsync(ARun.Start() with { Id = "run-2", Tenant = "bolt" });
            var left = new CallJournal(host.Storage.Database.Journals!.Create());
            left.Begin(Call("run-1") with { EndUser = "user-1" });
            left.Begin(Call("run-2") with { EndUser = "user-2", Tenant = "bolt" });
            left.Dispose();
            Assert.NotNull((await host.Tenants.RemoveAsync("acme", purge: true, Cancel))!.Purged);
            Assert.Empty(Files(directory));
        }

        using var after = new StoreHost(directory, Journal);
        var rows = (await after.Usage.ReadAsync(Ever with { By = [UsageDimension.Tenant] }, Cancel)).Rows;
        Assert.Equal([("acme", 1L), ("bolt", 1L)], rows.Select(static row => (row.Tenant, row.Calls)));
        using var history = after.Storage.Database.OpenHistory();
        Assert.Equal(["user-2"], history.Calls.Select(static call => call.EndUser).Where(static user => user != null));
    }

    /// <summary>Killed between the commit of a call and the freeing of its place; of a run that was too short to have a record, or whose record was removed since.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task A_call_that_is_booked_already_is_not_booked_again_whatever_became_of_its_run(bool hasRecord, bool isRemoved)
    {
        using var directory = new StoreDirectory();
        IJournalFiles files;
        using (var host = new StoreHost(directory))
        {
            files = host.Storage.Database.Journals!;
            if (hasRecord)
                await host.Runs.StartAsync(ARun.Start() with { Id = "run-9" });
            host.Runs.Report(new RunProgress { Id = "run-9", Calls = [ARun.Call(0)] });
            await host.Runs.FlushAsync(Cancel);
        }
        if (isRemoved)
            directory.ExecuteOnHistory("DELETE FROM runs");
        var booked = ARun.Call(0);
        var left = new CallJournal(files.Create());
        left.End(left.Begin(Call("run-9") with { TokenId = booked.TokenId, StartedAt = booked.StartedAt, EndUser = "user-1" }), 0, new(1, 10, 5, 0, 0), isEstimated: false, "model-1", null, booked.Duration);
        left.Begin(Call("run-8") with { EndUser = "user-2" });
        left.Dispose();

        using var later = new StoreHost(directory);
        await later.Usage.ReadAsync(Ever, Cancel);
        using var history = later.Storage.Database.OpenHistory();

        Assert.Equal(["run-8", "run-9"], history.Calls.Select(static call => call.RunId).OrderBy(static id => id));

        // Of a run that has no record nobody is named: it may have been purged since.
        Assert.Null(history.Calls.Single(static call => call.RunId == "run-8").EndUser);
    }

    /// <summary>A disk loses sectors: what it gives in their place are zeros, as in a place that was never used.</summary>
    [Fact]
    public async Task A_beginning_whose_first_sector_is_lost_is_told()
    {
        using var directory = new StoreDirectory();
        IJournalFiles files;
        using (var host = new StoreHost(directory))
            files = host.Storage.Database.Journals!;
        var left = new CallJournal(files.Create());
        left.End(left.Begin(Call("run-1")), 0, new(1, 30, 20, 10, 5), isEstimated: false, "model-1", null, TimeSpan.FromSeconds(2));
        left.Free(left.Begin(Call("run-2")));
        left.Dispose();
        using (var file = File.OpenWrite(Assert.Single(Files(directory))))
        {
            file.Position = JournalSlot.EndBytes;
            file.Write(new byte[JournalSlot.EndBytes]);
        }

        using var later = new StoreHost(directory);

        Assert.Contains("1 places of the journal of calls", later.Log.Text, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(directory.Root, "*.damaged", SearchOption.AllDirectories));
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
