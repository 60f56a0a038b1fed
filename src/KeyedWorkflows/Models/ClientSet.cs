namespace KeyedWorkflows;

/// <summary>
/// The clients of one credential in one revision, one for each model and set of layers that was asked for. Once it is retired it takes no new call, and its clients are disposed when the
/// last call under way has ended: never under a call. Safe for use from several threads.
/// </summary>
internal sealed class ClientSet(string revision)
{
    /// <summary>Models may be named by a run's input: beyond this number their clients live for one call alone.</summary>
    private const int MaxClients = 32;

    private readonly Lock gate = new();
    private readonly Dictionary<ClientKey, IDisposable> clients = [];
    private int calls;
    private bool isRetired;

    public string Revision { get; } = revision;

    /// <summary>When it was last asked for a client, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long LastUsed { get; private set; } = Environment.TickCount64;

    /// <summary>Takes a client for one call. <see cref="ClientLease.Dispose"/> gives it back.</summary>
    /// <returns>False where the set is retired.</returns>
    public bool TryTake<TState>(in ClientKey key, TState state, Func<TState, ClientKey, IDisposable> create, out ClientLease lease)
    {
        IDisposable? made = null;
        while (true)
        {
            lock (gate)
            {
                lease = default;
                if (isRetired)
                    break;
                LastUsed = Environment.TickCount64;
                if (clients.TryGetValue(key, out var client))
                {
                    lease = new ClientLease(this, client, isOwned: false);
                }
                else if (made is not null)
                {
                    lease = new ClientLease(this, made, isOwned: clients.Count >= MaxClients || !clients.TryAdd(key, made));
                    made = null;
                }
                if (lease.Client is not null)
                {
                    calls++;
                    break;
                }
            }

            // Outside of the gate: the host's layers are made in here, and may call whatever they like.
            made = create(state, key);
        }
        if (made is not null)
            LetGo(made);
        return lease.Client is not null;
    }

    public void Retire()
    {
        IDisposable[] over;
        lock (gate)
        {
            isRetired = true;
            over = calls == 0 ? TakeClients() : [];
        }
        LetGo(over);
    }

    internal void GiveBack()
    {
        IDisposable[] over;
        lock (gate)
        {
            calls--;
            over = isRetired && calls == 0 ? TakeClients() : [];
        }
        LetGo(over);
    }

    private IDisposable[] TakeClients()
    {
        IDisposable[] all = [.. clients.Values];
        clients.Clear();
        return all;
    }

    /// <summary>Outside of the gate, as they are made: what lies around a client is the host's.</summary>
    private static void LetGo(IDisposable[] clients)
    {
        foreach (var client in clients)
            LetGo(client);
    }

    /// <summary>Disposes a client. Whose call it happens in is chance, so that its fault, and the words of it, must not end up there.</summary>
    internal static void LetGo(IDisposable client)
    {
        try
        {
            client.Dispose();
        }
        catch (Exception)
        {
            // The call that the client was for has its answer, or its own fault.
        }
    }
}
