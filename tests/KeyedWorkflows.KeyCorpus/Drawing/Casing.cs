using System.Text;

namespace KeyedWorkflows.KeyCorpus.Drawing;

/// <summary>A Pascal-case name in the other spellings of code and settings.</summary>
internal static class Casing
{
    public static string Camel(string name)
    {
        var upper = 0;
        while (upper < name.Length && char.IsUpper(name[upper]))
            upper++;
        var lower = upper <= 1 || upper == name.Length ? upper : upper - 1;
        return name[..lower].ToLowerInvariant() + name[lower..];
    }

    public static string Snake(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && (char.IsLower(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]) && char.IsUpper(name[i - 1]))))
                text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }

    public static string UpperSnake(string name) => Snake(name).ToUpperInvariant();

    public static string Kebab(string name) => Snake(name).Replace('_', '-');
}
