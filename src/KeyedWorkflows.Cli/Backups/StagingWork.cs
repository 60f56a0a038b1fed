namespace KeyedWorkflows.Cli.Backups;

/// <summary>What makes something ready in a <see cref="StagingDirectory"/>.</summary>
internal enum StagingWork
{
    Backup,
    Restore,
}
