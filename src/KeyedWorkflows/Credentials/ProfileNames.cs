using System.Diagnostics.CodeAnalysis;

namespace KeyedWorkflows;

/// <summary>The grammar of the names of profiles, tenants and workflows: <c>[a-z0-9][a-z0-9_.-]{0,63}</c>, and not a key.</summary>
internal static class ProfileNames
{
    public const int MaxLength = 64;

    public static bool IsValid([NotNullWhen(true)] string? name)
    {
        if (name is null || name.Length is 0 or > MaxLength || !char.IsAsciiLetterLower(name[0]) && !char.IsAsciiDigit(name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('_' or '.' or '-'))
                return false;
        }
        return !KeyFormats.LooksLikeKey(name);
    }

    /// <summary>An id is 1 to 64 letters, digits, <c>_</c>, <c>-</c>.</summary>
    public static bool IsValidId([NotNullWhen(true)] string? id)
    {
        if (id is null || id.Length is 0 or > MaxLength)
            return false;
        foreach (var c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.' or ':'))
                return false;
        }
        return !KeyFormats.LooksLikeKey(id);
    }
}
