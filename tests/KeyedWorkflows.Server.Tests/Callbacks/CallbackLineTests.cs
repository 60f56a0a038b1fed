using System.Globalization;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server.Tests.Callbacks;

/// <summary>Whose callback goes next.</summary>
public sealed class CallbackLineTests
{
    private readonly CallbackLine line = new();

    [Fact]
    public void Four_go_to_one_host_at_once_and_the_next_when_one_has_ended()
    {
        Add("a", 6);

        Assert.Equal(4, Begin().Count);
        line.Ended("a", wasPrompt: true);

        Assert.Equal(["a"], Begin());
    }

    [Fact]
    public void Sixteen_go_at_once()
    {
        foreach (var host in new[] { "a", "b", "c", "d", "e" })
            Add(host, 4);

        Assert.Equal(16, Begin().Count);
    }

    [Fact]
    public void A_host_that_was_not_heard_has_eight_places_to_wait_in_and_one_that_answers_all()
    {
        Assert.Equal(8, Add("a", 40));
        Begin();
        line.Ended("a", wasPrompt: true);

        Add("a", 40);

        Assert.Equal(0, line.Room);
        Assert.False(line.IsSlow("a"));
    }

    [Fact]
    public void A_host_that_answers_no_more_loses_the_places_of_its_last()
    {
        Add("a", 1);
        Begin();
        line.Ended("a", wasPrompt: true);
        Assert.Equal(32, Add("a", 32));
        Assert.Equal(4, Begin().Count);

        var lost = line.Ended("a", wasPrompt: false);

        Assert.Equal(20, lost.Count);
        Assert.True(line.IsSlow("a"));
        Assert.Equal(24, line.Room);
        Assert.Equal(8, Add("b", 40));
    }

    private int Add(string host, int count)
    {
        var added = 0;
        for (var i = 0; i < count; i++)
            added += line.TryAdd(new PendingCallback(i.ToString(CultureInfo.InvariantCulture), "run", "token", $"https://{host}/", [], 0), host) ? 1 : 0;
        return added;
    }

    private List<string> Begin()
    {
        var hosts = new List<string>();
        while (line.TryNext(out _, out var host))
            hosts.Add(host);
        return hosts;
    }
}
