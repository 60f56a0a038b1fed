using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Analyzers.Credentials;

/// <summary>Whether the project's configuration shows a default profile: then a call that gives no credential has one.</summary>
internal static class HostDefault
{
    // No reader of JSON is at hand in a compiler. A default that stands elsewhere in the file counts as well: this errs on the side of silence.
    private static readonly Regex Setting = new("\"(?:KeyedWorkflows:)?DefaultProfile\"\\s*:\\s*\"[^\"]+\"", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    public static bool IsIn(ImmutableArray<AdditionalText> files, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            if (IsConfiguration(file.Path) && file.GetText(cancellationToken) is { } text && Setting.IsMatch(text.ToString()))
                return true;
        }
        return false;
    }

    private static bool IsConfiguration(string path)
    {
        var name = Path.GetFileName(path);
        return name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            && (name.StartsWith("appsettings", StringComparison.OrdinalIgnoreCase) || name.StartsWith("profiles", StringComparison.OrdinalIgnoreCase));
    }
}
