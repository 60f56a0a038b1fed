using System.Text;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>The grammars of names. A text that does not follow its grammar may be a key put into the wrong place: it is never repeated in a message.</summary>
internal static class Names
{
    /// <summary>What every record has already.</summary>
    private static readonly HashSet<string> TakenInRecords = new(StringComparer.Ordinal)
    {
        "Clone", "Deconstruct", "EqualityContract", "Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone", "PrintMembers", "ReferenceEquals", "ToString",
    };

    /// <summary>A workflow's or a profile's name: <c>[a-z0-9][a-z0-9_.-]{0,63}</c>.</summary>
    public static bool IsProfileName(string name)
    {
        if (name.Length is 0 or > 64 || !(IsLower(name[0]) || IsDigit(name[0])))
            return false;
        foreach (var c in name)
        {
            if (!IsLower(c) && !IsDigit(c) && c is not ('_' or '.' or '-'))
                return false;
        }
        return true;
    }

    /// <summary>A slot's name: <c>[a-z][a-z0-9_-]{0,31}</c>, and not a random text such as a key of hexadecimal digits.</summary>
    public static bool IsSlotName(string name)
    {
        if (name.Length is 0 or > 32 || !IsLower(name[0]) || LooksRandom(name))
            return false;
        foreach (var c in name)
        {
            if (!IsLower(c) && !IsDigit(c) && c is not ('_' or '-'))
                return false;
        }
        return true;
    }

    /// <summary>A tool's name, as model providers take it: <c>[A-Za-z0-9_-]{1,64}</c>.</summary>
    public static bool IsToolName(string name)
    {
        if (name.Length is 0 or > 64)
            return false;
        foreach (var c in name)
        {
            if (!IsLower(c) && !IsDigit(c) && c is not ((>= 'A' and <= 'Z') or '_' or '-'))
                return false;
        }
        return true;
    }

    /// <summary>The property of a slot in the emitted record: <c>fast-model</c> is <c>FastModel</c>.</summary>
    public static string PropertyOf(string slot, string recordName)
    {
        var text = new StringBuilder(slot.Length);
        var upper = true;
        foreach (var c in slot)
        {
            if (c is '-' or '_')
            {
                upper = true;
                continue;
            }
            text.Append(upper ? char.ToUpperInvariant(c) : c);
            upper = false;
        }
        var name = text.ToString();
        return TakenInRecords.Contains(name) || name == recordName ? name + "Slot" : name;
    }

    /// <summary>A long text in which letters and digits change often: words and years do so a few times at most.</summary>
    private static bool LooksRandom(string name)
    {
        var changes = 0;
        for (var i = 1; i < name.Length; i++)
        {
            if ((IsLower(name[i]) && IsDigit(name[i - 1])) || (IsDigit(name[i]) && IsLower(name[i - 1])))
                changes++;
        }
        return name.Length >= 20 && changes >= 6;
    }

    private static bool IsLower(char c) => c is >= 'a' and <= 'z';

    private static bool IsDigit(char c) => c is >= '0' and <= '9';
}
