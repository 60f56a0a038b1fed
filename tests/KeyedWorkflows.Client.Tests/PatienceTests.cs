using KeyedWorkflows.Client.Tests.Scene;
using Microsoft.Extensions.Time.Testing;

namespace KeyedWorkflows.Client.Tests;

/// <summary>A buffer that is read into is its lender's again when the reading ends: whatever ends it, nothing may be written there any more.</summary>
public sealed class PatienceTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly LateStream line = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task A_silence_of_a_minute_ends_the_reading_of_the_connection_too()
    {
        await using var stream = new PatientStream(line, static () => { }, time);
        var reading = stream.ReadAsync(new byte[8], Ct).AsTask();

        time.Advance(TimeSpan.FromMinutes(1));

        Assert.True(line.IsAskedToEnd);
        Assert.False(reading.IsCompleted);
        line.End();
        await Assert.ThrowsAsync<IOException>(() => reading);
        Assert.False(line.IsReading);
    }

    [Fact]
    public async Task A_reading_that_is_cancelled_ends_with_that_of_the_connection()
    {
        await using var stream = new PatientStream(line, static () => { }, time);
        using var cancellation = new CancellationTokenSource();
        var reading = stream.ReadAsync(new byte[8], cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        Assert.True(line.IsAskedToEnd);
        Assert.False(reading.IsCompleted);
        line.End();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.False(line.IsReading);
    }

    [Fact]
    public async Task Each_sign_begins_the_minute_anew()
    {
        var signs = 0;
        await using var stream = new PatientStream(line, () => signs++, time);

        for (var read = 0; read < 3; read++)
        {
            var reading = stream.ReadAsync(new byte[8], Ct).AsTask();
            time.Advance(TimeSpan.FromSeconds(59));
            Assert.False(line.IsAskedToEnd);
            line.Arrive();
            Assert.Equal(1, await reading);
        }

        Assert.Equal(3, signs);
    }

    [Fact]
    public async Task The_end_of_a_connection_is_no_sign_of_the_server()
    {
        var signs = 0;
        await using var stream = new PatientStream(line, () => signs++, time);
        var reading = stream.ReadAsync(new byte[8], Ct).AsTask();

        line.Arrive(0);

        Assert.Equal((0, 0), (await reading, signs));
    }
}
