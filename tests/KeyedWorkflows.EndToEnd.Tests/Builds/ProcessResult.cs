namespace KeyedWorkflows.EndToEnd.Tests.Builds;

/// <summary>How a process ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote, errors included.</param>
internal sealed record ProcessResult(int ExitCode, string Output)
{
    /// <summary>What it wrote, line by line.</summary>
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.TrimEntries);

    /// <summary>Fails with what the process wrote, unless it ended well.</summary>
    public ProcessResult Succeeds()
    {
        Assert.True(ExitCode == 0, $"The exit code is {ExitCode}.\n{Output}");
        return this;
    }
}
