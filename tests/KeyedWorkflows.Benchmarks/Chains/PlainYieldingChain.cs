namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>The baseline for steps that really wait: each gives the thread up once.</summary>
public sealed class PlainYieldingChain
{
    public async Task<ChainReply> RunAsync(ChainRequest request)
    {
        var cleaned = await CleanAsync(request);
        var scored = await ScoreAsync(cleaned);
        return await FinishAsync(scored);
    }

    public async Task<Cleaned> CleanAsync(ChainRequest request)
    {
        await Task.Yield();
        return new(request.Text);
    }

    public async Task<Scored> ScoreAsync(Cleaned cleaned)
    {
        await Task.Yield();
        return new(cleaned.Text, cleaned.Text.Length);
    }

    public async Task<ChainReply> FinishAsync(Scored scored)
    {
        await Task.Yield();
        return new(scored.Text, scored.Score);
    }
}
