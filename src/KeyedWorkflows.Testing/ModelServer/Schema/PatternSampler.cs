using System.Text;
using System.Text.RegularExpressions;

namespace KeyedWorkflows.Testing;

/// <summary>
/// A text that matches a regular expression: literals, classes, groups, alternatives, quantifiers and anchors. The result is checked against
/// the expression, so what this does not understand is refused, not answered wrongly.
/// </summary>
internal sealed class PatternSampler
{
    private readonly string _pattern;
    private readonly int _repeats;
    private int _variant;
    private int _at;

    private PatternSampler(string pattern, int repeats, int variant)
    {
        _pattern = pattern;
        _repeats = repeats;
        _variant = variant;
    }

    public static string Sample(string pattern, int least, int most, int variant)
    {
        try
        {
            Regex regex = new(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

            // First as short as may be; where that is too short, with more repeats.
            foreach (var repeats in (ReadOnlySpan<int>)[0, 1, 2, 4, 8, 16, 32, 64, least])
            {
                PatternSampler sampler = new(pattern, repeats, variant);
                var text = sampler.Alternatives();
                if (sampler._at == pattern.Length && text.Length >= least && text.Length <= most && regex.IsMatch(text))
                    return text;
            }
        }
        catch (Exception exception) when (exception is ArgumentException or RegexMatchTimeoutException or IndexOutOfRangeException)
        {
            throw new UnsatisfiableSchemaException($"the pattern '{pattern}' was not understood.");
        }

        throw new UnsatisfiableSchemaException($"no text was found for the pattern '{pattern}'.");
    }

    private string Alternatives()
    {
        List<string> alternatives = [Sequence()];
        while (_at < _pattern.Length && _pattern[_at] == '|')
        {
            _at++;
            alternatives.Add(Sequence());
        }

        return alternatives[Spend(alternatives.Count)];
    }

    private string Sequence()
    {
        StringBuilder text = new();
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            var start = (_at, _variant);
            var once = Atom();
            var (least, most) = Quantifier();
            var count = Math.Min(Math.Max(least, _repeats), most);
            if (count == 0)
                _variant = start._variant;
            for (var i = 0; i < count; i++)
                text.Append(once);
        }

        return text.ToString();
    }

    private string Atom()
    {
        var c = _pattern[_at++];
        switch (c)
        {
            case '^' or '$':
                return "";
            case '.':
                return Pick("abcdefghijklmnopqrstuvwxyz");
            case '(':
                return Group();
            case '[':
                return Pick(Class());
            case '\\':
                return Escape(_pattern[_at++]) is { Length: > 0 } set ? Pick(set) : "";
            default:
                return c.ToString();
        }
    }

    private string Group()
    {
        if (_pattern[_at] == '?')
        {
            if (_pattern[_at + 1] == ':')
            {
                _at += 2;
            }
            else if (_pattern[_at + 1] == '<' && _pattern[_at + 2] is not ('=' or '!'))
            {
                _at = _pattern.IndexOf('>', _at) + 1;
            }
            else
            {
                throw new ArgumentException("Looking around is not understood.");
            }
        }

        var text = Alternatives();
        if (_pattern[_at++] != ')')
            throw new ArgumentException("A group does not end.");
        return text;
    }

    private string Class()
    {
        var negated = _pattern[_at] == '^';
        if (negated)
            _at++;
        StringBuilder set = new();
        for (var first = true; first || _pattern[_at] != ']'; first = false)
        {
            var c = _pattern[_at++];
            if (c == '\\')
            {
                set.Append(Escape(_pattern[_at++]));
            }
            else if (_pattern[_at] == '-' && _pattern[_at + 1] != ']')
            {
                var last = _pattern[_at + 1];
                _at += 2;
                for (var i = (int)c; i <= last; i++)
                    set.Append((char)i);
            }
            else
            {
                set.Append(c);
            }
        }

        _at++;
        if (!negated)
            return set.ToString();
        var excluded = set.ToString();
        return string.Concat(Enumerable.Range(' ', 95).Select(static i => (char)i).OrderBy(static i => !char.IsAsciiLetter(i)).Where(i => !excluded.Contains(i)));
    }

    private static string Escape(char c) => c switch
    {
        'd' => "0123456789",
        'D' => "abcdefghijklmnopqrstuvwxyz",
        'w' => "abcdefghijklmnopqrstuvwxyz0123456789_",
        'W' => " -.",
        's' => " ",
        'S' => "abcdefghijklmnopqrstuvwxyz",
        'b' or 'B' or 'A' or 'z' or 'Z' => "",
        't' => "\t",
        'n' => "\n",
        'r' => "\r",
        _ when char.IsAsciiLetterOrDigit(c) => throw new ArgumentException("This escape is not understood."),
        _ => c.ToString(),
    };

    private (int Least, int Most) Quantifier()
    {
        if (_at >= _pattern.Length)
            return (1, 1);
        (int, int) range;
        switch (_pattern[_at])
        {
            case '*':
                range = (0, int.MaxValue);
                break;
            case '+':
                range = (1, int.MaxValue);
                break;
            case '?':
                range = (0, 1);
                break;
            case '{' when _pattern.IndexOf('}', _at) is var end and > 0:
                var bounds = _pattern[(_at + 1)..end].Split(',');
                if (!int.TryParse(bounds[0], out var least))
                    return (1, 1);
                range = (least, bounds.Length == 1 ? least : bounds[1].Length == 0 ? int.MaxValue : int.Parse(bounds[1], null));
                _at = end;
                break;
            default:
                return (1, 1);
        }

        _at++;
        if (_at < _pattern.Length && _pattern[_at] is '?' or '+')
            _at++;
        return range;
    }

    private string Pick(string set) => set.Length == 0 ? throw new ArgumentException("A class is empty.") : set[Spend(set.Length)].ToString();

    /// <summary>Takes one choice out of the variant, so that different variants make different texts.</summary>
    private int Spend(int choices)
    {
        var choice = _variant % choices;
        _variant /= choices;
        return choice;
    }
}
