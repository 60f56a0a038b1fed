using Microsoft.Extensions.Time.Testing;

namespace KeyedWorkflows.Providers.OpenAI.Tests;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("retry-after-ms", "250", 0.25)]
    [InlineData("retry-after", "3", 3.0)]
    [InlineData("retry-after", "0.5", 0.5)]
    [InlineData("retry-after", "Sun, 01 Mar 2026 12:00:20 GMT", 20.0)]
    [InlineData("retry-after", "Sun, 01 Mar 2026 11:00:00 GMT", 0.0)]
    [InlineData("retry-after", "-5", 0.0)]
    [InlineData("retry-after", "1e300", null)]
    [InlineData("retry-after", "99999999999999999999", 86400.0)]
    [InlineData("retry-after", "soon", null)]
    [InlineData("x-other", "3", null)]
    public async Task The_wait_is_read_in_every_form(string header, string value, double? seconds)
    {
        var chat = CannedTransport.Answering(429, "", (header, value)).Chat(clock: new FakeTimeProvider(Now));

        Assert.Equal(seconds, (await Faults.OfAnswerAsync(chat)).RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task Milliseconds_are_more_exact_than_seconds()
    {
        var chat = CannedTransport.Answering(429, "", ("retry-after", "1"), ("retry-after-ms", "120")).Chat();

        Assert.Equal(TimeSpan.FromMilliseconds(120), (await Faults.OfAnswerAsync(chat)).RetryAfter);
    }
}
