namespace KeyedWorkflows.Cli.Backups;

/// <summary>What was restored.</summary>
/// <param name="BackupOf">When the backup was made.</param>
/// <param name="Profiles">How many profiles it holds.</param>
/// <param name="Waiting">How many of them were enabled, and wait to be confirmed.</param>
/// <param name="Unreadable">The names of those that cannot be read.</param>
/// <param name="RingKey">Where the key that wraps the ring was put, if the backup brought it.</param>
internal sealed record RestoreResult(DateTimeOffset BackupOf, int Profiles, int Waiting, IReadOnlyList<string> Unreadable, string? RingKey);
