using Microsoft.Extensions.Logging.Abstractions;

namespace KeyedWorkflows.Storage.Tests;

public sealed class StoreWatchTests : IDisposable
{
    private readonly StoreDirectory directory = new();
    private readonly StoreHost host;
    private readonly SlowDatabase database;
    private readonly StoreTime time = new();
    private readonly StoreWatch watch;

    public StoreWatchTests()
    {
        host = new(directory);
        database = new(host.Storage.Database);
        watch = new(database, time, NullLogger.Instance);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_machine_slept_those_who_ask_are_answered_also_while_another_is_just_asking()
    {
        database.Hold();
        var listening = Task.Run(time.Hear, Cancel);
        await SpinUntilAsync(() => database.Questions == 2);
        time.Skip(TimeSpan.FromMinutes(10));
        Assert.False(watch.IsSure);

        ValueTask<bool>[] all = [.. Enumerable.Range(0, 20).Select(_ => watch.AskAsync())];
        database.LetGo();

        foreach (var one in all)
            Assert.True(await one);
        await listening;
        Assert.True(watch.IsSure);
    }

    [Fact]
    public async Task All_who_ask_at_once_share_one_question()
    {
        time.Skip(TimeSpan.FromMinutes(10));
        database.Hold();
        ValueTask<bool>[] all = [.. Enumerable.Range(0, 20).Select(_ => watch.AskAsync())];
        database.LetGo();

        foreach (var one in all)
            Assert.True(await one);
        Assert.Equal(2, database.Questions);
    }

    /// <summary>The answer is from before the machine slept, once more: whoever asked, and whoever came to it, asks again.</summary>
    [Fact]
    public async Task Who_slept_between_question_and_answer_asks_again()
    {
        time.Skip(TimeSpan.FromMinutes(10));
        database.Hold();
        var before = watch.AskAsync();
        await SpinUntilAsync(() => database.Questions == 2);
        time.Skip(TimeSpan.FromMinutes(10));
        var after = watch.AskAsync();
        database.LetGo();

        Assert.True(await before);
        Assert.True(await after);
        Assert.Equal(3, database.Questions);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_waited_for_no_longer_than_its_callers_can_wait()
    {
        time.Skip(TimeSpan.FromMinutes(10));
        database.Hold();

        Assert.False(await watch.AskAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancel));

        database.LetGo();
        Assert.True(await watch.AskAsync());
    }

    public void Dispose()
    {
        watch.Dispose();
        database.Dispose();
        host.Dispose();
        directory.Dispose();
    }

    private static async Task SpinUntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            Cancel.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
