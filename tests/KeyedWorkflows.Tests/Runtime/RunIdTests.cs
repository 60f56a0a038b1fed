using System.Globalization;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

public sealed class RunIdTests
{
    [Fact]
    public void An_id_begins_with_the_time_and_ends_with_128_random_bits()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        string[] ids = [.. Enumerable.Range(0, 1_000).Select(static _ => RunIds.Next())];
        var after = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{44}$", id));
        Assert.All(ids, id => Assert.InRange(long.Parse(id[..12], NumberStyles.HexNumber, CultureInfo.InvariantCulture), before, after));
        Assert.Equal(ids.Length, ids.Select(static id => id[12..]).Distinct().Count());

        // Each bit is set about as often as not: 1,000 throws of a coin differ from 500 by more than 110 once in a million million.
        for (var bit = 0; bit < 128; bit++)
            Assert.InRange(ids.Count(id => (Convert.FromHexString(id[12..])[bit / 8] >> (bit % 8) & 1) == 1), 390, 610);
    }
}
