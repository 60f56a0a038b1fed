namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>The steps of <see cref="PlainChain"/>, of which the last asks for the run's id.</summary>
[Workflow("identified-reply-chain")]
[CredentialProfile(Provider = "idle")]
public sealed partial class IdentifiedReplyChain : IWorkflow<ChainRequest, ChainReply>
{
    [Step]
    public Task<Cleaned> CleanAsync(ChainRequest request) => Task.FromResult(new Cleaned(request.Text));

    [Step]
    public Task<Scored> ScoreAsync(Cleaned cleaned) => Task.FromResult(new Scored(cleaned.Text, cleaned.Text.Length));

    [Step]
    public Task<ChainReply> FinishAsync(Scored scored, RunContext run) => Task.FromResult(new ChainReply(scored.Text, scored.Score + run.RunId.Length));
}
