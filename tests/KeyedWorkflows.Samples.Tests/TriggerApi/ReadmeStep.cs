using System.Text.RegularExpressions;

namespace KeyedWorkflows.Samples.Tests.TriggerApi;

/// <summary>Commands of a page, and what it says that they print.</summary>
/// <param name="Commands">The block marked as <c>sh</c>.</param>
/// <param name="Printed">The block after it, in which an ellipsis stands for anything.</param>
internal sealed record ReadmeStep(string Commands, string Printed)
{
    private const string Fence = "```";

    public static IReadOnlyList<ReadmeStep> ReadAll(string path)
    {
        var steps = new List<ReadmeStep>();
        var lines = File.ReadAllLines(path);
        for (var at = Array.IndexOf(lines, Fence + "sh"); at >= 0; at = Array.IndexOf(lines, Fence + "sh", at))
        {
            var end = Array.IndexOf(lines, Fence, at);
            Assert.True(lines.ElementAtOrDefault(end + 1) == Fence, $"Line {end + 1} of the page: after commands stands what they print.");
            var last = Array.IndexOf(lines, Fence, end + 2);
            steps.Add(new(string.Join('\n', lines[(at + 1)..end]), string.Join('\n', lines[(end + 2)..last])));
            at = last;
        }
        return steps;
    }

    /// <summary>Fails where the commands printed something else.</summary>
    public void AssertPrinted(string output)
    {
        var lines = Printed.Split('\n').Select(static line => Regex.Escape(line.Trim()).Replace("…", "[\\s\\S]*?", StringComparison.Ordinal));
        var isCut = Printed.TrimEnd().EndsWith('…');

        // Lines of the page follow each other, and there may be more between frames of a stream.
        var pattern = "^\\s*" + string.Join("[\\s\\S]*?", lines) + (isCut ? "" : "\\s*$");
        Assert.True(Regex.IsMatch(output, pattern), $"{Commands}\n\nThe page says:\n{Printed}\n\nIt printed:\n{output}");
    }
}
