using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Models;

/// <summary>What a stream used, however its provider reports it.</summary>
public sealed class StreamUsageTests
{
    public static TheoryData<string, (long? In, long? Out)[], long, long> Reports => new()
    {
        { "once", [(100, 50)], 100, 50 },
        { "twice", [(100, 50), (100, 50)], 100, 50 },
        { "in parts", [(100, null), (null, 50)], 100, 50 },
        { "what it came to so far", [(100, 1), (100, 20), (100, 50)], 100, 50 },
        { "nothing at last", [(100, 50), (0, 0)], 100, 50 },
    };

    [Theory]
    [MemberData(nameof(Reports))]
    public void The_greatest_of_each_kind_counts(string how, (long? In, long? Out)[] reports, long input, long output)
    {
        var usage = Noted(reports);

        Assert.False(RunLedger.IsAbsurd(usage), how);
        Assert.Equal((input, output), (usage!.InputTokenCount, usage.OutputTokenCount));
    }

    [Theory]
    [InlineData(-999, 10)]
    [InlineData(10, -999)]
    public void A_report_that_takes_back_what_another_said_is_not_believed(int input, int output)
    {
        Assert.True(RunLedger.IsAbsurd(Noted([(1_000, 1_000), (input, output)])));
        Assert.True(RunLedger.IsAbsurd(Noted([(input, output), (1_000, 1_000)])));
    }

    private static UsageDetails? Noted((long? In, long? Out)[] reports)
    {
        UsageDetails? usage = null;
        foreach (var (input, output) in reports)
            ModelStreams.NoteUsage(ref usage, new(ChatRole.Assistant, [new UsageContent(new() { InputTokenCount = input, OutputTokenCount = output })]));
        return usage;
    }
}
