namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>The steps of <see cref="PlainScopedChain"/>, run under a client's key: a run has a scope of its own, because the constructor takes a service.</summary>
[Workflow("scoped-reply-chain")]
[CredentialProfile(Provider = "idle")]
public sealed partial class ScopedReplyChain(ScopedCounter counter) : IWorkflow<ChainRequest, ChainReply>
{
    [Step]
    public Task<Cleaned> CleanAsync(ChainRequest request) => Task.FromResult(new Cleaned(request.Text));

    [Step]
    public Task<Scored> ScoreAsync(Cleaned cleaned) => Task.FromResult(new Scored(cleaned.Text, cleaned.Text.Length * counter.Next()));

    [Step]
    public Task<ChainReply> FinishAsync(Scored scored) => Task.FromResult(new ChainReply(scored.Text, scored.Score));
}
