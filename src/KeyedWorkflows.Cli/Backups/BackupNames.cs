using System.Text.RegularExpressions;

namespace KeyedWorkflows.Cli.Backups;

/// <summary>The entries that an archive may have: what another name would write to is nobody's to choose but the operator's.</summary>
internal static partial class BackupNames
{
    public const string Database = "database/workflows.db";

    public const string History = "database/workflows-runs.db";

    public const string Ring = "ring/";

    public const string RingKey = "ring-key";

    public static bool IsKnown(string name) => name is Database or History or RingKey || RingFile().IsMatch(name);

    [GeneratedRegex(@"\Aring/(?:former/)?[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}\.xml\z")]
    private static partial Regex RingFile();
}
