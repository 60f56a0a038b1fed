namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>The baseline: three methods, awaited one after the other by hand. No key, no run id, no scope.</summary>
public sealed class PlainChain
{
    public async Task<ChainReply> RunAsync(ChainRequest request)
    {
        var cleaned = await CleanAsync(request);
        var scored = await ScoreAsync(cleaned);
        return await FinishAsync(scored);
    }

    public Task<Cleaned> CleanAsync(ChainRequest request) => Task.FromResult(new Cleaned(request.Text));

    public Task<Scored> ScoreAsync(Cleaned cleaned) => Task.FromResult(new Scored(cleaned.Text, cleaned.Text.Length));

    public Task<ChainReply> FinishAsync(Scored scored) => Task.FromResult(new ChainReply(scored.Text, scored.Score));
}
