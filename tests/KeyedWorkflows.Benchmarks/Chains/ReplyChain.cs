namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>The measured workflow: the steps of <see cref="PlainChain"/>, run under a client's key.</summary>
[Workflow("reply-chain")]
[CredentialProfile(Provider = "idle")]
public sealed partial class ReplyChain : IWorkflow<ChainRequest, ChainReply>
{
    [Step]
    public Task<Cleaned> CleanAsync(ChainRequest request) => Task.FromResult(new Cleaned(request.Text));

    [Step]
    public Task<Scored> ScoreAsync(Cleaned cleaned) => Task.FromResult(new Scored(cleaned.Text, cleaned.Text.Length));

    [Step]
    public Task<ChainReply> FinishAsync(Scored scored) => Task.FromResult(new ChainReply(scored.Text, scored.Score));
}
