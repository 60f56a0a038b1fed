namespace KeyedWorkflows;

/// <summary>A client for the length of one call.</summary>
internal readonly struct ClientLease(ClientSet set, IDisposable client, bool isOwned) : IDisposable
{
    /// <summary>The client; null for a lease that was not given.</summary>
    public IDisposable Client { get; } = client;

    public void Dispose()
    {
        if (isOwned)
            ClientSet.LetGo(Client);
        set.GiveBack();
    }
}
