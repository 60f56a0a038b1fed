namespace KeyedWorkflows.Testing;

/// <summary>The counters of one key. One exists for every key that was added or seen; all counters are interlocked.</summary>
internal sealed class KeyAccount(string key)
{
    private long _requests, _refused, _failed, _prompt, _cached, _completion;
    private volatile bool _accepted;

    public string Key { get; } = key;

    public bool Accepted
    {
        get => _accepted;
        set => _accepted = value;
    }

    public ModelServerUsage Usage => new(
        Volatile.Read(ref _requests), Volatile.Read(ref _refused), Volatile.Read(ref _failed),
        Volatile.Read(ref _prompt), Volatile.Read(ref _cached), Volatile.Read(ref _completion));

    public void CountRequest() => Interlocked.Increment(ref _requests);

    public void CountRefusal() => Interlocked.Increment(ref _refused);

    public void CountFailure() => Interlocked.Increment(ref _failed);

    public void Count(ModelTokens tokens)
    {
        Interlocked.Add(ref _prompt, tokens.Prompt);
        Interlocked.Add(ref _completion, tokens.Completion);
        if (tokens.Cached != 0)
            Interlocked.Add(ref _cached, tokens.Cached);
    }
}
