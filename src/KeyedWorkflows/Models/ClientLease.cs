namespace KeyedWorkflows;

/// <summary>A client for the length of one call.</summary>
internal readonly struct ClientLease(ClientSet set, IDisposable client, bool isOwned) : IDisposable
{
    public IDisposable Client { get; } = client;

    public void Dispose()
    {
        if (isOwned)
            ClientSet.LetGo(Client);
        set.GiveBack();
    }
}
