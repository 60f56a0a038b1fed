using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>What an account of a budget holds is what the ledger says, whatever came between: other nodes, restarts, budgets that were off for a while, answers that were lost. Each call uses 15 tokens.</summary>
public sealed class BudgetAccountTests
{
    private static readonly LimitSubject Payer = new(LimitSubjectKind.Profile, "profile-1");

    private static readonly DateTimeOffset Midnight = new(2026, 12, 5, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_call_that_is_written_together_with_the_opening_is_counted_once_whichever_came_first(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        await BookAsync(host);
        var (one, other) = (Meter(), Meter(BudgetPeriod.Month));

        // What is handed over while the writer is at work is written at once.
        using var written = new ManualResetEventSlim();
        host.Writer.Post(new HistoryCommand<bool>(
            _ =>
            {
                written.Wait(Cancel);
                return true;
            },
            null));
        Task[] all = [one.OpenAsync("1-a", host.Books.OpenAsync), BookAsync(host), other.OpenAsync("1-a", host.Books.OpenAsync)];
        written.Set();
        await Task.WhenAll(all);

        Assert.Equal((30, 30), (one.Spent.Tokens, other.Spent.Tokens));
        await BookAsync(host);
        Assert.Equal((45, 45), (one.Spent.Tokens, other.Spent.Tokens));
        Assert.All(Accounts(host), static account => Assert.Equal(45, account.Tokens));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task An_account_that_was_kept_all_the_time_is_taken_as_it_is(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using (var host = new StoreHost(directory))
            await OpenAsync(host, "1-a", 0);
        var table = kind == DatabaseKind.Sqlite ? directory.ExecuteOnHistory("UPDATE budget_accounts SET Tokens = 1000") : directory.Execute("UPDATE budget_accounts SET \"Tokens\" = 1000");
        Assert.Equal(1, table);

        using var later = new StoreHost(directory);
        await OpenAsync(later, "1-a", 1_000);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_was_used_while_the_budget_was_off_counts_when_it_is_set_again(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using (var host = new StoreHost(directory))
        {
            await OpenAsync(host, "1-a", 0);
            await BookAsync(host);
        }
        using (var host = new StoreHost(directory))
            await BookAsync(host);

        using var later = new StoreHost(directory);
        await OpenAsync(later, "2-b", 30);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_another_node_booked_before_it_heard_of_the_budget_counts(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var first = new StoreHost(directory);
        using var second = new StoreHost(directory);
        var mark = BudgetMark.New(first.Time.GetUtcNow());

        var here = await OpenAsync(first, mark, 0);
        await BookAsync(second);
        await BookAsync(first);
        var there = await OpenAsync(second, mark, 30);
        await BookAsync(second);
        await BookAsync(first);

        Assert.Equal((60, 45), (here.Spent.Tokens, there.Spent.Tokens));
        Assert.Equal(60, Assert.Single(Accounts(first)).Tokens);
    }

    /// <summary>As where it had a call under way when the budget was set, and makes none after it.</summary>
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_another_node_books_without_ever_hearing_of_the_budget_counts_within_seconds(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var first = new StoreHost(directory);
        using var second = new StoreHost(directory);
        var here = await OpenAsync(first, BudgetMark.New(first.Time.GetUtcNow()), 0);

        await BookAsync(second);
        first.Time.Skip(TimeSpan.FromSeconds(11));
        await BookAsync(first);
        Assert.Equal(30, here.Spent.Tokens);
        await BookAsync(second);
        first.Time.Skip(TimeSpan.FromMinutes(11));
        await BookAsync(first);

        // From now on it is kept by all.
        Assert.Equal((60, here.Mark), (here.Spent.Tokens, Assert.Single(Accounts(first)).Mark));
    }

    [Fact]
    public async Task Who_has_no_period_any_more_is_forgotten()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        await OpenAsync(host, "1-a", 0);
        host.Time.Skip(Midnight.AddDays(1) - host.Time.GetUtcNow());
        await BookAsync(host);
        Assert.Equal(1, host.Writer.Accounts.Count);

        host.Time.Skip(TimeSpan.FromHours(2));
        await BookAsync(host);

        Assert.Equal(0, host.Writer.Accounts.Count);
    }

    [Fact]
    public async Task Who_has_a_period_yet_is_not_forgotten()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        await OpenAsync(host, "1-a", 0);
        await Meter(BudgetPeriod.Month).OpenAsync("1-a", host.Books.OpenAsync);

        host.Time.Skip(Midnight.AddDays(1).AddHours(2) - host.Time.GetUtcNow());
        await BookAsync(host);

        Assert.Equal(1, host.Writer.Accounts.Count);
    }

    /// <summary>In between nobody may have added what was used.</summary>
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_budget_that_is_set_anew_within_seconds_is_summed_up_anew(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var first = new StoreHost(directory);
        using var second = new StoreHost(directory);
        var here = await OpenAsync(first, BudgetMark.New(first.Time.GetUtcNow()), 0);
        await BookAsync(second);

        await here.OpenAsync(BudgetMark.New(first.Time.GetUtcNow()), first.Books.OpenAsync);

        Assert.Equal(15, here.Spent.Tokens);
    }

    /// <summary>To sum up the ledger takes long where it is long, and nothing else is booked meanwhile.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("1-a")]
    public async Task What_is_asked_anew_is_not_summed_up_anew(string? mark)
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        var here = await OpenAsync(host, mark, 0);
        await BookAsync(host);
        directory.ExecuteOnHistory("UPDATE run_calls SET InputTokens = 1000");

        await here.RefreshAsync(host.Books.OpenAsync);

        Assert.Equal(15, here.Spent.Tokens);
    }

    /// <summary>It began on a node that knew of no budget, and ends long after all such calls were taken to have ended.</summary>
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_call_that_is_longer_than_any_counts_where_it_began_before_the_budget(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var first = new StoreHost(directory);
        using var second = new StoreHost(directory);
        foreach (var host in (StoreHost[])[first, second])
            host.Time.Skip(ARun.Noon - host.Time.GetUtcNow());
        var here = await OpenAsync(first, BudgetMark.New(ARun.Noon), 0);
        foreach (var host in (StoreHost[])[first, second])
            host.Time.Skip(TimeSpan.FromMinutes(11));
        await BookAsync(first, began: ARun.Noon.AddMinutes(11));
        Assert.Equal(here.Mark, Assert.Single(Accounts(first)).Mark);

        await BookAsync(second, began: ARun.Noon);
        await BookAsync(first, began: ARun.Noon.AddMinutes(11));

        Assert.Equal((45, 45), (here.Spent.Tokens, Assert.Single(Accounts(first)).Tokens));
    }

    /// <summary>It knew of the budget when it began, and is carried into its account like all others.</summary>
    [Fact]
    public async Task A_long_call_that_began_under_the_budget_sums_nothing_up()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        host.Time.Skip(ARun.Noon - host.Time.GetUtcNow());
        var mark = BudgetMark.New(ARun.Noon);
        host.Time.Skip(TimeSpan.FromMinutes(11));
        var here = await OpenAsync(host, mark, 0);
        await BookAsync(host, began: ARun.Noon.AddMinutes(6));
        directory.ExecuteOnHistory("UPDATE run_calls SET InputTokens = 1000");

        host.Time.Skip(TimeSpan.FromMinutes(20));
        await BookAsync(host, began: ARun.Noon.AddMinutes(6));

        Assert.Equal((30, mark), (here.Spent.Tokens, Assert.Single(Accounts(host)).Mark));
    }

    /// <summary>Two nodes that wait for each other's accounts: the database refuses what one of them writes, and its runs with it.</summary>
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Nodes_that_book_into_the_same_accounts_do_not_wait_for_each_other(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var first = new StoreHost(directory);
        using var second = new StoreHost(directory);
        foreach (var host in (StoreHost[])[first, second])
        {
            foreach (var payer in (string[])["a", "z"])
                await Meter(payer: payer).OpenAsync("1-a", host.Books.OpenAsync);
        }

        for (var round = 0; round < 60; round++)
            await Task.WhenAll(BookAsync(first, late: "z", "a"), BookAsync(second, late: null, "a", "z"));

        Assert.DoesNotContain("cannot be written", first.Log.Text + second.Log.Text, StringComparison.Ordinal);

        static Task<bool> BookAsync(StoreHost host, string? late, params string[] payers) => host.Writer.ExecuteAsync(
            _ =>
            {
                if (late is not null)
                    host.Writer.Accounts.BookLate(ARun.Call(0) with { ProfileId = late });
                foreach (var payer in payers)
                    host.Writer.Accounts.Book(ARun.Call(0) with { ProfileId = payer });
                return true;
            },
            null,
            Cancel);
    }

    /// <summary>That a part of a budget is used is noted of one account, while a call is booked into another.</summary>
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Nodes_that_note_and_book_of_the_same_accounts_do_not_wait_for_each_other(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var first = new StoreHost(directory);
        using var second = new StoreHost(directory);
        foreach (var host in (StoreHost[])[first, second])
        {
            foreach (var payer in (string[])["a", "z"])
                await Meter(payer: payer).OpenAsync("1-a", host.Books.OpenAsync);
        }

        for (var round = 0; round < 60; round++)
            await Task.WhenAll(BookAndNoteAsync(first.Writer, "z", "a", round), BookAndNoteAsync(second.Writer, "a", "z", round));

        Assert.DoesNotContain("cannot be written", first.Log.Text + second.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "z")]
    [InlineData("z", "a")]
    public async Task Accounts_with_notes_are_taken_in_the_order_of_all(string booked, string noted)
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        var database = new WatchedDatabase(host.Storage.Database, "budget_accounts", 1);
        using var writer = new HistoryWriter(database, host.Time, NullLogger.Instance);
        var meter = Meter(payer: booked);
        await meter.OpenAsync("1-a", new UsageBooks(new PriceTable([]), writer, new NoNotices(), NullLogger<UsageBooks>.Instance).OpenAsync);
        database.Forget();

        await BookAndNoteAsync(writer, booked, noted, 0);

        Assert.Equal(["a", "z"], database.Taken);
    }

    private static Task<bool> BookAndNoteAsync(HistoryWriter writer, string booked, string noted, int round) => writer.ExecuteAsync(
        _ =>
        {
            writer.Accounts.Book(ARun.Call(0) with { ProfileId = booked });
            BudgetNotice notice = new(Meter(payer: noted).Key, noted, null, 50, new Budget { Tokens = 1_000 + round }, default, Midnight.AddDays(1));
            writer.Accounts.Note(new NoteBudget(notice, writer.Accounts, new NoNotices(), static (_, _) => { }, static _ => { }));
            return true;
        },
        null,
        Cancel);

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_call_of_a_process_that_was_killed_counts_on_every_node(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var first = new StoreHost(directory);
        using var second = new StoreHost(directory);
        var (here, there) = (await OpenAsync(first, "1-a", 0), await OpenAsync(second, "1-a", 0));
        await BookAsync(second);

        await first.Writer.ExecuteAsync(
            session =>
            {
                HistoryStatements.InsertCall(session, HistoryStatements.TakeNumbers(session, 1) - 1, ARun.NewId(), ARun.Call(0));
                first.Writer.Accounts.BookLate(ARun.Call(0));
                return true;
            },
            null,
            Cancel);
        Assert.Equal(30, here.Spent.Tokens);
        await BookAsync(second);

        Assert.Equal((45, 45), (there.Spent.Tokens, Assert.Single(Accounts(first)).Tokens));
        await BookAsync(first);
        Assert.Equal(60, here.Spent.Tokens);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_batch_whose_commit_nobody_heard_of_is_counted_once(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var database = new UnsureDatabase(host.Storage.Database);
        using var writer = new HistoryWriter(database, host.Time, NullLogger.Instance);
        var books = new UsageBooks(new PriceTable([]), writer, new NoNotices(), NullLogger<UsageBooks>.Instance);
        var meter = Meter();
        await meter.OpenAsync("1-a", books.OpenAsync);
        var number = await writer.ExecuteAsync(static session => HistoryStatements.TakeNumbers(session, 1) - 1, null, Cancel);

        database.Lost = 2;
        await BookAsync(0);
        Assert.Equal(15, meter.Spent.Tokens);
        await BookAsync(1);
        Assert.Equal((30, 30), (meter.Spent.Tokens, Assert.Single(Accounts(host)).Tokens));

        Task<bool> BookAsync(int call) => writer.ExecuteAsync(
            session =>
            {
                HistoryStatements.InsertCall(session, number, "run-1", ARun.Call(call));
                writer.Accounts.Book(ARun.Call(call));
                return true;
            },
            null,
            Cancel);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Each_part_is_told_once_by_whichever_node_and_anew_for_a_budget_that_was_changed(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var first = new StoreHost(directory);
        using var second = new StoreHost(directory);
        var budget = new Budget { Tokens = 100 };

        // Nobody has opened the account: that comes after it.
        Assert.True(await TellAsync(first, 50, budget));
        Assert.False(await TellAsync(second, 50, budget));
        Assert.True(await TellAsync(second, 100, budget));
        Assert.False(await TellAsync(first, 80, budget));
        Assert.True(await TellAsync(first, 50, budget with { Tokens = 200 }));
        Assert.False(await TellAsync(second, 50, budget with { Tokens = 200 }));
        await OpenAsync(first, "1-a", 0);
        Assert.False(await TellAsync(second, 50, budget with { Tokens = 200 }));

        static Task<bool> TellAsync(StoreHost host, int percent, Budget budget) =>
            host.Writer.ExecuteAsync(session => BudgetAccounts.Tell(session, new(Meter().Key, "acme_openai", "acme", percent, budget, default, Midnight.AddDays(1))), null, Cancel);
    }

    [Fact]
    public async Task A_part_that_is_passed_while_the_database_takes_nothing_is_told_when_it_does()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        directory.ExecuteOnHistory("ALTER TABLE budget_accounts RENAME TO away");
        host.Books.Tell(new(Meter().Key, "acme_openai", "acme", 100, new() { Tokens = 1 }, default, Midnight.AddDays(1)));
        while (!host.Log.Text.Contains("cannot be written", StringComparison.Ordinal))
            await Task.Delay(TimeSpan.FromMilliseconds(5), Cancel);
        directory.ExecuteOnHistory("ALTER TABLE away RENAME TO budget_accounts");
        await host.Runs.FlushAsync(Cancel);

        Assert.Equal((100, "1 "), (Assert.Single(Accounts(host)).Told, Assert.Single(Accounts(host)).ToldOf));
        Assert.Contains("has used 100 %", host.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100L, 200L, "USD", "USD", true)]
    [InlineData(100L, 100L, "USD", "EUR", false)]
    [InlineData(null, 100L, "USD", "USD", false)]
    [InlineData(100L, null, "USD", "USD", null)]
    public void A_budget_that_was_set_all_the_time_keeps_its_mark(long? before, long? after, string currency, string other, bool? isKept)
    {
        var next = BudgetMark.Next(Limits(before, currency), "1-a", Limits(after, other), Midnight);

        Assert.Equal(isKept, next is null ? null : next == "1-a");

        static UsageLimits? Limits(long? tokens, string currency) => tokens is null ? null : new() { Day = new() { Tokens = tokens, Currency = currency } };
    }

    private static BudgetMeter Meter(BudgetPeriod period = BudgetPeriod.Day, string? payer = null) =>
        new(new(payer is null ? Payer : Payer with { Id = payer }, period, period == BudgetPeriod.Day ? Midnight : new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), "USD"), period == BudgetPeriod.Day ? Midnight.AddDays(1) : new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private static async Task<BudgetMeter> OpenAsync(StoreHost host, string? mark, long expected)
    {
        var meter = Meter();
        await meter.OpenAsync(mark, host.Books.OpenAsync);
        Assert.Equal(expected, meter.Spent.Tokens);
        return meter;
    }

    /// <param name="host">The host.</param>
    /// <param name="began">When the call began; null for noon, which is yet to come.</param>
    private static async Task BookAsync(StoreHost host, DateTimeOffset? began = null)
    {
        var start = ARun.Start();
        await host.Runs.StartAsync(start);
        await host.Runs.EndAsync(ARun.End(start.Id) with { Calls = [ARun.Call(0) with { StartedAt = began ?? ARun.Noon }] });
    }

    private static BudgetAccountRow[] Accounts(StoreHost host)
    {
        using var history = host.Storage.Database.OpenHistory();
        return [.. history.BudgetAccounts];
    }
}
