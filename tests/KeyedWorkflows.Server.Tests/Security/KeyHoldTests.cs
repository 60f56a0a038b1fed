using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Storage.Tests;

namespace KeyedWorkflows.Server.Tests.Security;

public sealed class KeyHoldTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The store said that the key is held, and the machine was suspended before that was heard: another node has taken the key for free since.</summary>
    [Fact]
    public async Task AYesFromBeforeTheProcessStoodStillBeginsNoRun()
    {
        var time = new MovedTime();
        var keys = new Keys { OnHold = [() => Later(true), static () => false] };
        var hold = new KeyHold(keys, new IdempotencyScope("token", "ask", "1", "user", "key"), "run", time);
        await hold.ClaimAsync(default, TimeSpan.Zero, Cancel);

        var refused = await Assert.ThrowsAsync<WorkflowRunException>(() => hold.ConfirmAsync(hasWaited: true, Cancel));

        Assert.Equal((WorkflowErrorCodes.Stopped, true, 2), (refused.Code, hold.IsLost, keys.Holds));

        bool Later(bool answer)
        {
            time.Pass(TimeSpan.FromMinutes(3));
            return answer;
        }
    }

    /// <summary>A machine that slept may tell of it by the one clock or by the other, and a clock that was set back by the other alone.</summary>
    [Theory]
    [InlineData(3, 0)]
    [InlineData(0, 3)]
    [InlineData(3, -60)]
    public async Task AYesIsAsOldAsTheClockSaysThatSaysMore(int minutesOfRun, int minutesOfWall)
    {
        var time = new SetTime();
        var keys = new Keys { OnHold = [() => Later(true), static () => false] };
        var hold = new KeyHold(keys, new IdempotencyScope("token", "ask", "1", "user", "key"), "run", time);
        await hold.ClaimAsync(default, TimeSpan.Zero, Cancel);

        await Assert.ThrowsAsync<WorkflowRunException>(() => hold.ConfirmAsync(hasWaited: true, Cancel));

        Assert.Equal((true, 2), (hold.IsLost, keys.Holds));

        bool Later(bool answer)
        {
            time.Run += TimeSpan.FromMinutes(minutesOfRun);
            time.Wall += TimeSpan.FromMinutes(minutesOfWall);
            return answer;
        }
    }

    /// <summary>It did not wait for its turn: its files took long, or its process stood still.</summary>
    [Fact]
    public async Task ARunIsAskedForOnceMoreThatWasLongInBeginning()
    {
        var time = new SetTime();
        var keys = new Keys { OnHold = [static () => false] };
        var hold = new KeyHold(keys, new IdempotencyScope("token", "ask", "1", "user", "key"), "run", time);
        await hold.ClaimAsync(default, TimeSpan.Zero, Cancel);
        time.Run += TimeSpan.FromSeconds(2);

        await Assert.ThrowsAsync<WorkflowRunException>(() => hold.ConfirmAsync(hasWaited: false, Cancel));

        Assert.True(hold.IsLost);
    }

    /// <summary>It has begun: "nothing was begun" would be told of it for a day. Whether the key is its own is not known: under another it might be paid twice.</summary>
    [Fact]
    public async Task ARunWhoseBeginningIsWrittenIsToldApartWhereTheStoreIsSilent()
    {
        var time = new SetTime();
        var keys = new Keys { OnHold = [() => throw Later()] };
        var hold = new KeyHold(keys, new IdempotencyScope("token", "ask", "1", "user", "key"), "run", time);
        await hold.ClaimAsync(default, TimeSpan.Zero, Cancel);
        await hold.ConfirmBegunAsync(Cancel);
        time.Run += TimeSpan.FromSeconds(2);

        var refused = await Assert.ThrowsAsync<WorkflowRunException>(() => hold.ConfirmBegunAsync(Cancel));

        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, refused.Code);
        Assert.Contains("The run did nothing. Send the request again under the same Idempotency-Key;", refused.Message, StringComparison.Ordinal);
        Assert.Null(hold.Refusal);
        Assert.False(hold.IsLost);

        WorkflowRunException Later()
        {
            time.Run += TimeSpan.FromMinutes(3);
            return new WorkflowRunException(WorkflowErrorCodes.StoreUnavailable, "The store does not answer.");
        }
    }

    [Fact]
    public async Task AFreshYesBeginsTheRunAndOneWithoutAWaitIsNotAskedForAgain()
    {
        var keys = new Keys { OnHold = [static () => true] };
        var hold = new KeyHold(keys, new IdempotencyScope("token", "ask", "1", "user", "key"), "run", new MovedTime());
        await hold.ClaimAsync(default, TimeSpan.Zero, Cancel);

        await hold.ConfirmAsync(hasWaited: false, Cancel);
        Assert.Equal(0, keys.Holds);
        await hold.ConfirmAsync(hasWaited: true, Cancel);

        Assert.Equal((1, false), (keys.Holds, hold.IsLost));
    }

    private sealed class Keys : IIdempotencyKeys
    {
        public required Func<bool>[] OnHold { get; init; }

        public int Holds { get; private set; }

        public Task<IdempotencyClaim> ClaimAsync(IdempotencyScope scope, ReadOnlyMemory<byte> request, string runId, TimeSpan hold, TimeSpan wait, CancellationToken cancellationToken) =>
            Task.FromResult(new IdempotencyClaim(runId, true, true));

        public Task<bool> HoldAsync(IdempotencyScope scope, string runId, TimeSpan hold, CancellationToken cancellationToken) => Task.FromResult(OnHold[Holds++]());

        public Task ReleaseAsync(IdempotencyScope scope, string runId, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task ReleaseAbandonedAsync(IdempotencyScope scope, string runId, TimeSpan hold, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
