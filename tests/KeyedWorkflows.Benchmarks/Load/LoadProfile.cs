namespace KeyedWorkflows.Benchmarks.Load;

/// <summary>One client of the service provider: its name, and a key made up for this run.</summary>
internal sealed record LoadProfile(string Name, string Key)
{
    public static LoadProfile[] Make(int count) => [.. Enumerable.Range(0, count).Select(static i => new LoadProfile($"client_{i:0000}", "key-" + Guid.NewGuid().ToString("N")))];
}
