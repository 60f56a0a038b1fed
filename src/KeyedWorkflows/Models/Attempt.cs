namespace KeyedWorkflows;

/// <summary>One request to a provider: what is asked, of which model, paid by which revision. It holds the client and the clock until they are released, or taken over by a stream.</summary>
internal sealed class Attempt<TRequest>(TRequest request, string model, StoredProfile? payer, CancellationToken cancellationToken)
{
    private bool isHandedOn;

    public TRequest Request { get; } = request;

    /// <summary>The provider's own name of the model.</summary>
    public string Model { get; } = model;

    /// <summary>The payer in the revision that this request uses; null for a key that was given for the run.</summary>
    public StoredProfile? Payer { get; } = payer;

    /// <summary>The call's own token.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    public ClientLease? Lease { get; set; }

    public TryClock? Clock { get; set; }

    /// <summary>Where the host's layers lie around the client: what they call on is booked to this, and not by the bound client.</summary>
    public LayeredCall? Layered { get; set; }

    /// <summary>What notes the request where somebody listens, and no layers lie around the client: beneath those, each request of theirs has one.</summary>
    public CallRecording? Recording { get; set; }

    /// <summary>What the request is cancelled by: its time, the step, the call.</summary>
    public CancellationToken Token => Clock!.Token;

    /// <summary>Leaves client and clock to who reads the stream.</summary>
    public void HandOn() => isHandedOn = true;

    public void Release()
    {
        if (!isHandedOn)
            End();
    }

    public void End()
    {
        Clock?.Dispose();
        Lease?.Dispose();
    }
}
