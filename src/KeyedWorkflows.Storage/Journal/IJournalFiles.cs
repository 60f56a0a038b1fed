namespace KeyedWorkflows.Storage;

/// <summary>Where journals lie. Safe for use from several threads.</summary>
internal interface IJournalFiles
{
    /// <summary>Makes a file for this process.</summary>
    IJournalFile Create();

    /// <summary>The files that processes left which are gone. Each is locked until it is disposed of. What has the name of one and is no plain file is among them: to read it fails.</summary>
    IEnumerable<IJournalFile> FindLeft();
}
