namespace KeyedWorkflows.Storage;

/// <summary>The database is in an earlier state than this process has seen it in. What was revoked since may be back in it.</summary>
internal sealed class StoreSetBackException() : Exception("The database of profiles was set back under a running host.");
