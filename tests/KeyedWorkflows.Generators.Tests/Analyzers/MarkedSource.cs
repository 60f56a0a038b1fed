using System.Text.RegularExpressions;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>A source with the places where diagnostics are expected: <c>{|KW3009:Flow|}</c>, <c>{|CS0246:Tiket|}</c>.</summary>
internal sealed partial class MarkedSource
{
    private MarkedSource(string text, List<string> expected)
    {
        Text = text;
        Expected = expected;
    }

    /// <summary>The source without its marks.</summary>
    public string Text { get; }

    /// <summary>What is expected, in order of place: <c>KW3009 at [120..124)</c>.</summary>
    public IReadOnlyList<string> Expected { get; }

    /// <summary>Takes the marks out.</summary>
    public static MarkedSource Parse(string marked)
    {
        var expected = new List<string>();
        var removed = 0;
        var text = Mark().Replace(marked, match =>
        {
            var start = match.Index - removed;
            var inner = match.Groups["text"].Value;
            removed += match.Length - inner.Length;
            expected.Add($"{match.Groups["rule"].Value} at [{start}..{start + inner.Length})");
            return inner;
        });
        return new(text, expected);
    }

    [GeneratedRegex(@"\{\|(?<rule>[A-Z]+\d+):(?<text>.*?)\|\}", RegexOptions.Singleline)]
    private static partial Regex Mark();
}
