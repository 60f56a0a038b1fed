using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>Three methods awaited by hand, with what a careful author adds: one scope a run, and a service out of it.</summary>
public sealed class PlainScopedChain(IServiceScopeFactory scopes)
{
    public async Task<ChainReply> RunAsync(ChainRequest request)
    {
        await using var scope = scopes.CreateAsyncScope();
        var counter = scope.ServiceProvider.GetRequiredService<ScopedCounter>();
        var cleaned = await CleanAsync(request);
        var scored = await ScoreAsync(cleaned, counter);
        return await FinishAsync(scored);
    }

    public Task<Cleaned> CleanAsync(ChainRequest request) => Task.FromResult(new Cleaned(request.Text));

    public Task<Scored> ScoreAsync(Cleaned cleaned, ScopedCounter counter) => Task.FromResult(new Scored(cleaned.Text, cleaned.Text.Length * counter.Next()));

    public Task<ChainReply> FinishAsync(Scored scored) => Task.FromResult(new ChainReply(scored.Text, scored.Score));
}
