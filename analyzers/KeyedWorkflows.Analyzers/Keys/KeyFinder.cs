using KeyedWorkflows.Generators.Keys;

namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>Finds keys in a value: by their format, by a name that stands before them within the value, or because the value is random and stands under a telling name.</summary>
internal static class KeyFinder
{
    /// <summary>A random text that is shorter is too often a chance.</summary>
    private const int ShortestRandom = 16;

    /// <summary>Of digits and a to f alone, such as the tokens of public keys.</summary>
    private const int ShortestHexadecimal = 24;

    /// <summary>Passwords are shorter; of special characters and digits among their letters they are known.</summary>
    public const int ShortestPassword = 12;

    private const int LongestRandom = 512;
    private const int LongestPrefix = 10;

    /// <summary>How providers name their objects, which are random, public to the key's owner, and no keys.</summary>
    private static readonly HashSet<string> Objects = new(StringComparer.OrdinalIgnoreCase)
    {
        "call", "asst", "chatcmpl", "cmpl", "msg", "run", "step", "thread", "file", "req", "resp", "rs", "fc", "item", "vs", "vsf", "batch", "ftjob", "org", "proj", "user", "toolu", "tool", "srvtoolu", "msgbatch", "conv", "evt", "event", "cus",
        "sub", "prod", "price", "acct", "in", "ch", "pi", "pm", "gen", "modr", "edit", "set", "snip", "upload", "part", "sess", "session", "trace", "span", "pk", "wf", "wrun", "ft", "embd", "img", "video", "ws", "wspc", "team", "grp", "group",
        "id", "sha256", "sha384", "sha512", "sha1", "md5", "usr", "inst", "i", "vpc", "subnet", "sg", "vol", "snap", "ami", "arn", "ctx", "doc", "chunk", "node", "job", "task", "skill", "container", "cntr", "ig",
    };

    /// <summary>What encoded files, public keys tokens that carry their content and what ASP.NET has protected begin with; and keys that everybody has: those of the emulators of Azure, of the examples of one-time codes and of RFC 7515.</summary>
    private static readonly string[] Begins = ["MII", "AAAA", "00240000", "iVBOR", "/9j/", "R0lGOD", "JVBERi", "UEsDB", "H4sI", "Eby8vdM02xNO", "C2y6yDjf5/R+", "JBSWY3DPEHPK3", "AyM1SysPpbyD", "CfDJ8", "pk-", "pk_"];

    /// <summary>The first key in a value whose names are not known, or do not tell.</summary>
    public static FoundKey? Find(string value) => value.Length < ShortestRandom ? null : KeyFormats.Find(value) ?? FindNamed(value) ?? FindUserInfo(value);

    /// <summary>Whether a key is a token that carries its content, such as tests of signatures are full of: a name that says `token` does not make one a secret.</summary>
    public static bool IsOnlyToken(string value, FoundKey found, string name) =>
        string.CompareOrdinal(value, found.Start, "eyJ", 0, 3) == 0 && TellingNames.IsToken(name);

    /// <summary>The whole of a value that is random: a key, where its name tells so. Spaces around it and the name of a scheme are not part of it.</summary>
    public static FoundKey? FindRandom(string value)
    {
        var start = 0;
        var end = value.Length;
        while (start < end && char.IsWhiteSpace(value[start]))
            start++;
        while (end > start && char.IsWhiteSpace(value[end - 1]))
            end--;
        return IsRandom(value, start, end) ? new FoundKey(start, end - start, null) : null;
    }

    /// <summary>A random part that stands behind a telling name: <c>Endpoint=…;ApiKey=…</c>, <c>"token": "…"</c>, <c>Authorization: Bearer …</c>, <c>--api-key …</c>.</summary>
    private static FoundKey? FindNamed(string value)
    {
        // The parts of a resource's name are names: `arn:aws:secretsmanager:…:secret:…`.
        if (value.StartsWith("arn:", StringComparison.Ordinal))
            return null;
        bool? isConnection = null;
        for (var i = 0; i < value.Length;)
        {
            if (!IsOfValue(value[i]))
            {
                i++;
                continue;
            }
            var end = i + 1;
            while (end < value.Length && IsOfValue(value[end]))
                end++;
            if (end - i >= ShortestPassword && i > 0 && NameBefore(value, i) is { } name && (TellingNames.Of(name) == Telling.Key || (TellingNames.IsKey(name) && (isConnection ??= IsConnection(value)))) && IsRandom(value, i, end)
                && new FoundKey(i, end - i, null, name) is var found && !IsOnlyToken(value, found, name))
                return found;
            i = end;

            // Padding at the end of a value, a separator before one.
            while (i < value.Length && value[i] == '=')
                i++;
        }
        return null;
    }

    /// <summary>The password of an address: <c>amqp://user:password@host</c>.</summary>
    private static FoundKey? FindUserInfo(string value)
    {
        var scheme = value.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0 || value.IndexOf('@', scheme) is < 0)
            return null;
        var start = value.IndexOf(':', scheme + 3) + 1;
        var end = start == 0 ? -1 : value.IndexOf('@', start);
        return end - start >= ShortestPassword && IsRandom(value, start, end) ? new FoundKey(start, end - start, null, "password") : null;
    }

    /// <summary>In a text that says where to connect, `Key` is the key for it.</summary>
    private static bool IsConnection(string value) => value.IndexOf("Endpoint=", StringComparison.OrdinalIgnoreCase) >= 0;

    /// <summary>The name before a value, with what may stand between: an equals sign, a colon, quotes, a space, the name of a scheme.</summary>
    private static string? NameBefore(string value, int at)
    {
        var end = at;
        var separators = 0;
        while (end > 0 && value[end - 1] is ' ' or '"' or '\'' or '=' or ':' or '\\' or '>')
        {
            separators += value[end - 1] is '=' or ':' or '>' ? 1 : 0;
            end--;
        }
        if (end == at)
            return null;
        var start = end;
        while (start > 0 && (char.IsLetterOrDigit(value[start - 1]) || value[start - 1] is '_' or '-' or '.'))
            start--;
        if (start == end)
            return null;
        var name = value.Substring(start, end - start);

        // Between words of a sentence stands a space alone: there a name is an option of a command, or a scheme.
        return separators > 0 || name.StartsWith("-", StringComparison.Ordinal) || name is "Bearer" or "bearer" ? name.TrimStart('-') : null;
    }

    private static bool IsRandom(string value, int start, int end)
    {
        while (end > start && value[end - 1] is '=')
            end--;
        var length = end - start;
        if (length is < ShortestPassword or > LongestRandom)
            return false;
        var special = false;
        var spread = new CharacterSpread();
        for (var i = start; i < end; i++)
        {
            var c = value[i];
            if (c is <= ' ' or > '~' or '<' or '>' or '{' or '}' or '"' or '(' or ')' or '[' or ']' or '\\' or '|' or '`')
                return false;
            special |= c is not ('_' or '-' or '/' or '.' or ':') && !char.IsLetterOrDigit(c);
            spread.Add(c);
        }
        if (length < (spread.IsHexadecimal ? ShortestHexadecimal : ShortestRandom) && !(spread.OfAllKinds && special))
            return false;
        return (spread.HasDigit || spread.OfBothCases || length >= 24)
            && !IsOfOther(value, start, length)
            && !IsGuid(value, start, length)
            && !IsUlid(value, start, length)
            && !HasDate(value, start, end)
            && !Placeholder.Is(value, start, length)
            && IsRandomBehindPrefix(value, start, length)
            && !IsEncodedText(value, start, length);
    }

    /// <summary>Many providers begin their keys with a word, which is none of what is random.</summary>
    private static bool IsRandomBehindPrefix(string value, int start, int length)
    {
        var prefix = 0;
        while (prefix < length && prefix <= LongestPrefix && char.IsLetterOrDigit(value[start + prefix]))
            prefix++;
        prefix++;
        return prefix is > 1 and <= LongestPrefix && length - prefix >= ShortestRandom && value[start + prefix - 1] is '-' or '_' or '.' && Randomness.IsRandom(value, start + prefix, length - prefix)
            || Randomness.IsRandom(value, start, length);
    }

    private static bool IsOfOther(string value, int start, int length)
    {
        foreach (var begin in Begins)
        {
            if (string.CompareOrdinal(value, start, begin, 0, begin.Length) == 0)
                return true;
        }
        var prefix = 0;
        while (prefix < length && char.IsLetterOrDigit(value[start + prefix]))
            prefix++;
        if (prefix < length && prefix is > 0 and <= 10 && value[start + prefix] is '_' or '-' or ':' && Objects.Contains(value.Substring(start, prefix)))
            return true;

        // An address, a path, a namespace: keys have no such structure.
        var slashes = 0;
        var dots = 0;
        for (var i = start; i < start + length; i++)
        {
            slashes += value[i] == '/' ? 1 : 0;
            dots += value[i] == '.' ? 1 : 0;
        }
        return value.IndexOf("://", start, length, StringComparison.Ordinal) >= 0 || HoldsGuid(value, start, length) || slashes > 3 + (length / 24) || dots > 2;
    }

    /// <summary>Models and versions of interfaces are named by their day: <c>2024-08-06</c>.</summary>
    private static bool HasDate(string value, int start, int end)
    {
        for (var i = start; i + 7 <= end; i++)
        {
            if (value[i] == '2' && value[i + 1] == '0' && char.IsDigit(value[i + 2]) && char.IsDigit(value[i + 3]) && value[i + 4] == '-' && char.IsDigit(value[i + 5]) && char.IsDigit(value[i + 6]))
                return true;
        }
        return false;
    }

    /// <summary>With dashes; or without, of version 4, which has its own digits at two places.</summary>
    private static bool IsGuid(string value, int start, int length)
    {
        if (length == 36)
            return Guid.TryParseExact(value.Substring(start, length), "D", out _);
        return length == 32 && value[start + 12] == '4' && value[start + 16] is '8' or '9' or 'a' or 'b' or 'A' or 'B' && Guid.TryParseExact(value.Substring(start, length), "N", out _);
    }

    /// <summary>An identifier that begins with its time: of capitals and digits, without the letters that are read wrongly.</summary>
    private static bool IsUlid(string value, int start, int length)
    {
        if (length != 26 || value[start] is not (>= '0' and <= '7'))
            return false;
        for (var i = start; i < start + length; i++)
        {
            if (value[i] is not ((>= '0' and <= '9') or (>= 'A' and <= 'Z' and not ('I' or 'L' or 'O' or 'U'))))
                return false;
        }
        return true;
    }

    /// <summary>A path or name that is made of a GUID and more.</summary>
    private static bool HoldsGuid(string value, int start, int length)
    {
        for (var i = start; i + 36 < start + length; i++)
        {
            if (value[i + 8] == '-' && value[i + 13] == '-' && value[i + 18] == '-' && value[i + 23] == '-' && Guid.TryParseExact(value.Substring(i, 36), "D", out _))
                return true;
        }
        return false;
    }

    /// <summary>Words in base64 look random, and are not.</summary>
    private static bool IsEncodedText(string value, int start, int length)
    {
        var text = value.Substring(start, length).Replace('-', '+').Replace('_', '/');
        var buffer = text.PadRight((length + 3) / 4 * 4, '=');
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(buffer);
        }
        catch (FormatException)
        {
            return false;
        }
        foreach (var one in bytes)
        {
            if (one is < 9 or > 126)
                return false;
        }
        return true;
    }

    private static bool IsOfValue(char c) => char.IsLetterOrDigit(c) || c is '_' or '-' or '+' or '/' or '.' or '~' or '!' or '@' or '#' or '$' or '%' or '^' or '*';
}
