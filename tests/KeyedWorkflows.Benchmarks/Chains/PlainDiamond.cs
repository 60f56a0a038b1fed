namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>The baseline for a fork: two methods side by side between a first and a last.</summary>
public sealed class PlainDiamond
{
    public async Task<ChainReply> RunAsync(ChainRequest request)
    {
        var cleaned = await CleanAsync(request);
        var score = ScoreAsync(cleaned);
        var tag = TagAsync(cleaned);
        await Task.WhenAll(score, tag);
        return await FinishAsync(await score, await tag);
    }

    public Task<Cleaned> CleanAsync(ChainRequest request) => Task.FromResult(new Cleaned(request.Text));

    public Task<Scored> ScoreAsync(Cleaned cleaned) => Task.FromResult(new Scored(cleaned.Text, cleaned.Text.Length));

    public Task<Tagged> TagAsync(Cleaned cleaned) => Task.FromResult(new Tagged(cleaned.Text, cleaned.Text.Length));

    public Task<ChainReply> FinishAsync(Scored scored, Tagged tagged) => Task.FromResult(new ChainReply(scored.Text, scored.Score + tagged.Tag));
}
