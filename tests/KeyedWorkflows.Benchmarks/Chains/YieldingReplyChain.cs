namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>The steps of <see cref="PlainYieldingChain"/>, run under a client's key.</summary>
[Workflow("yielding-reply-chain")]
[CredentialProfile(Provider = "idle")]
public sealed partial class YieldingReplyChain : IWorkflow<ChainRequest, ChainReply>
{
    [Step]
    public async Task<Cleaned> CleanAsync(ChainRequest request)
    {
        await Task.Yield();
        return new(request.Text);
    }

    [Step]
    public async Task<Scored> ScoreAsync(Cleaned cleaned)
    {
        await Task.Yield();
        return new(cleaned.Text, cleaned.Text.Length);
    }

    [Step]
    public async Task<ChainReply> FinishAsync(Scored scored)
    {
        await Task.Yield();
        return new(scored.Text, scored.Score);
    }
}
