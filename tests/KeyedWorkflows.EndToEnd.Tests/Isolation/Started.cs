namespace KeyedWorkflows.EndToEnd.Tests.Isolation;

/// <summary>What a run's requests must carry: its own key where it brings one, else its profile's, no older than when it started.</summary>
internal readonly record struct Started(int Generation, bool BringsKey);
