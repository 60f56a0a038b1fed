using System.Text.RegularExpressions;

namespace KeyedWorkflows.Cli.Backups;

/// <summary>The entries that an archive may have: what another name would write to is nobody's to choose but the operator's.</summary>
internal static partial class BackupNames
{
    public const string Database = "database/workflows.db";

    public const string History = "database/workflows-runs.db";

    public const string Ring = "ring/";

    public const string RingKey = "ring-key";

    /// <summary>How the journals of calls that are not booked are named: as the files beside the history are.</summary>
    public const string Journals = History + ".*.calls";

    public static bool IsKnown(string name) => name is Database or History or RingKey || RingFile().IsMatch(name) || Journal().IsMatch(name) || AuditHead().IsMatch(name);

    [GeneratedRegex(@"\Adatabase/workflows-runs\.db\.[0-9a-f]{32}\.calls\z")]
    private static partial Regex Journal();

    [GeneratedRegex(@"\Aring/audit/[A-Za-z0-9_-]{1,120}\.head\z")]
    private static partial Regex AuditHead();

    [GeneratedRegex(@"\Aring/(?:former/)?[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}\.xml\z")]
    private static partial Regex RingFile();
}
