namespace KeyedWorkflows.Cli.Backups;

/// <summary>A file of an archive.</summary>
/// <param name="Name">Its entry.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Sha256">Their hash, in hexadecimal digits.</param>
internal sealed record BackupFile(string Name, long Length, string Sha256);
