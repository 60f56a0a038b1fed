namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>The steps of <see cref="PlainDiamond"/>, run under a client's key: the two in the middle run side by side.</summary>
[Workflow("reply-diamond")]
[CredentialProfile(Provider = "idle")]
public sealed partial class ReplyDiamond : IWorkflow<ChainRequest, ChainReply>
{
    [Step]
    public Task<Cleaned> CleanAsync(ChainRequest request) => Task.FromResult(new Cleaned(request.Text));

    [Step]
    public Task<Scored> ScoreAsync(Cleaned cleaned) => Task.FromResult(new Scored(cleaned.Text, cleaned.Text.Length));

    [Step]
    public Task<Tagged> TagAsync(Cleaned cleaned) => Task.FromResult(new Tagged(cleaned.Text, cleaned.Text.Length));

    [Step]
    public Task<ChainReply> FinishAsync(Scored scored, Tagged tagged) => Task.FromResult(new ChainReply(scored.Text, scored.Score + tagged.Tag));
}
