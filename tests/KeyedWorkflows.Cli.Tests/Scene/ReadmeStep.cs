using System.Text.RegularExpressions;

namespace KeyedWorkflows.Cli.Tests.Scene;

/// <summary>Commands of a page, and what it says that they show.</summary>
/// <param name="Commands">The block marked as <c>sh</c>.</param>
/// <param name="Printed">The block after it, if any, whose lines come in this order; an ellipsis stands for anything.</param>
internal sealed record ReadmeStep(string Commands, string Printed)
{
    private const string Fence = "```";

    public static IReadOnlyList<ReadmeStep> ReadAll(string path)
    {
        var steps = new List<ReadmeStep>();
        var lines = File.ReadAllLines(path);
        for (var at = Array.IndexOf(lines, Fence + "sh"); at >= 0; at = Array.IndexOf(lines, Fence + "sh", at + 1))
        {
            var end = Array.IndexOf(lines, Fence, at);
            var printed = "";
            if (lines.ElementAtOrDefault(end + 1) == Fence)
                printed = string.Join('\n', lines[(end + 2)..Array.IndexOf(lines, Fence, end + 2)]);
            steps.Add(new(string.Join('\n', lines[(at + 1)..end]), printed));
        }
        Assert.True(steps.Count > 5, "The page's commands are not found.");
        return steps;
    }

    /// <summary>Fails where the commands showed something else.</summary>
    public void AssertPrinted(string shown)
    {
        if (Printed.Length == 0)
            return;
        var lines = Printed.Split('\n').Select(static line => Regex.Escape(line.Trim()).Replace("…", "[\\s\\S]*?", StringComparison.Ordinal));
        Assert.True(Regex.IsMatch(shown, string.Join("[\\s\\S]*?", lines)), $"{Commands}\n\nThe page says:\n{Printed}\n\nIt showed:\n{shown}");
    }
}
