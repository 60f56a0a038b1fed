namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>Tells what stands where a key would stand, and says itself that it is none.</summary>
internal static class Placeholder
{
    /// <summary>Words of those who leave a place open, or make a value up and say so. They count where they stand alone: random letters contain short words by chance.</summary>
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "your", "yours", "test", "tests", "testing", "fake", "dummy", "mock", "stub", "example", "examples", "sample", "demo", "placeholder", "changeme", "change", "replace", "replaceme", "insert", "todo", "redacted", "masked", "hidden",
        "removed", "invalid", "wrong", "bogus", "real", "not", "foo", "bar", "baz", "lorem", "ipsum", "notreal", "unused", "xxx", "xxxx", "abcd",
    };

    /// <summary>Long enough to be no chance wherever they stand.</summary>
    private static readonly string[] Marks = ["example", "placeholder", "changeme", "replace", "redacted", "notreal", "not-a-real", "yourkey", "yourapi", "your-", "your_", "dummy", "xxxxx", "fakekey", "****"];

    private const string Keyboard = "qwertyuiop asdfghjkl zxcvbnm";

    /// <summary>Whether a part of a text is a placeholder.</summary>
    public static bool Is(string text, int start, int length) =>
        HasMark(text, start, length) || HasWord(text, start, length) || IsMonotonous(text, start, length) || IsInOrder(text, start, length) || IsRepeated(text, start, length);

    private static bool HasMark(string text, int start, int length)
    {
        foreach (var mark in Marks)
        {
            if (text.IndexOf(mark, start, length, StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }
        return false;
    }

    private static bool HasWord(string text, int start, int length)
    {
        var end = start + length;
        for (var i = start; i < end;)
        {
            var wordEnd = i;
            while (wordEnd < end && char.IsLetter(text[wordEnd]))
                wordEnd++;

            // Next to a digit three letters are no word: `-key4`, `7test`.
            if (wordEnd - i >= 3 && IsApart(text, i - 1, start, end) && IsApart(text, wordEnd, start, end) && Words.Contains(text.Substring(i, wordEnd - i)))
                return true;
            i = Math.Max(wordEnd, i + 1);
        }
        return false;

        static bool IsApart(string text, int at, int start, int end) => at < start || at >= end || !char.IsLetterOrDigit(text[at]);
    }

    /// <summary>A few characters over and over: <c>xxxxxxxx</c>, <c>0000-0000</c>.</summary>
    private static bool IsMonotonous(string text, int start, int length)
    {
        ulong low = 0;
        ulong high = 0;
        var different = 0;
        for (var i = start; i < start + length; i++)
        {
            var c = text[i];
            if (c >= 128)
                continue;
            ref var seen = ref (c < 64 ? ref low : ref high);
            var bit = 1UL << (c & 63);
            different += (seen & bit) == 0 ? 1 : 0;
            seen |= bit;
        }
        return different <= 6 && different * 3 <= length;
    }

    private static bool AreNeighbours(char one, char next)
    {
        var at = Keyboard.IndexOf(char.ToLowerInvariant(one));
        return at >= 0 && at + 1 < Keyboard.Length && Keyboard[at + 1] == char.ToLowerInvariant(next);
    }

    /// <summary>Mostly one after the other: alphabets, <c>1234567890</c>, the rows of a keyboard; or no character twice in a long text, which is an alphabet in another order.</summary>
    private static bool IsInOrder(string text, int start, int length)
    {
        var steps = 0;
        ulong low = 0;
        ulong high = 0;
        var isTwice = false;
        for (var i = start; i < start + length; i++)
        {
            var c = text[i];
            if (i > start && (Math.Abs(c - text[i - 1]) == 1 || AreNeighbours(text[i - 1], c)) && char.IsLetterOrDigit(c))
                steps++;
            ref var seen = ref (c < 64 ? ref low : ref high);
            var bit = 1UL << (c & 63);
            isTwice |= (seen & bit) != 0;
            seen |= bit;
        }
        return steps * 5 >= length * 2 || (length >= 28 && !isTwice);
    }

    /// <summary>The same piece again and again: <c>abc123abc123abc123</c>.</summary>
    private static bool IsRepeated(string text, int start, int length)
    {
        for (var period = 1; period <= length / 2 && period <= 16; period++)
        {
            var same = 0;
            for (var i = start + period; i < start + length; i++)
                same += text[i] == text[i - period] ? 1 : 0;
            if (same * 10 >= (length - period) * 9)
                return true;
        }
        return false;
    }
}
