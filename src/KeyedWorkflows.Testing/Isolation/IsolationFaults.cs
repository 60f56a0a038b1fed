namespace KeyedWorkflows.Testing;

/// <summary>Which requests of a proof meet a fault, and which are answered slowly. The same seed and numbers give the same.</summary>
internal sealed class IsolationFaults(IsolationLedger ledger, double share, int seed)
{
    private static readonly ModelServerFault[] Kinds =
    [
        ModelServerFault.RateLimited(TimeSpan.Zero), ModelServerFault.ServerError(), ModelServerFault.CutConnection(), ModelServerFault.ServerError(503),
        ModelServerFault.CutStream(0), ModelServerFault.Malformed(), ModelServerFault.ServerError(529),
    ];

    private int _count;

    /// <summary>How many requests met one.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The answer to a request that no rule of the user's has: null for embeddings, which the server makes.</summary>
    public ModelAnswer? Answer(ModelRequest request)
    {
        var run = ledger.RunOf(request);
        var lot = Lot(request.Number);
        if (lot < share && run is not null && Interlocked.Decrement(ref run.FaultsLeft) >= 0)
            return Kinds[Interlocked.Increment(ref _count) % Kinds.Length];
        if (request.Operation != ModelOperation.Chat)
            return null;
        var answer = AnswerWithoutRule.For(request, ModelAnswer.Text($"This is the answer to {request.TestRun}."));
        return lot > 1 - share ? answer with { Delay = TimeSpan.FromMilliseconds(1 + (request.Number % 20)) } : answer;
    }

    /// <summary>A number from 0 to 1 that depends on seed and request alone.</summary>
    private double Lot(long number)
    {
        var state = unchecked((ulong)number + ((ulong)(uint)seed << 32));
        state = unchecked((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9);
        state = unchecked((state ^ (state >> 27)) * 0x94D049BB133111EB);
        return ((state ^ (state >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
