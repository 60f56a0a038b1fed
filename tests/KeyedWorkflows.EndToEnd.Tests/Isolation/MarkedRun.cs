using Microsoft.Extensions.AI;

namespace KeyedWorkflows.EndToEnd.Tests.Isolation;

/// <summary>A workflow that calls models in every way: side by side, with structured output, as a stream, through a tool, and for embeddings.</summary>
[Workflow("marked-run")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini", EmbeddingModel = "text-embedding-3-small")]
public sealed partial class MarkedRun : IWorkflow<Job, Outcome>
{
    [ChooseProfile]
    public Credential Choose(Job job) => job.IsChosen ? Credential.Profile(job.Client + "_openai") : Credential.Unspecified;

    [Prompt("{{job.Mark}} What is this about?")]
    public partial Task<Briefing> Brief(Job job, IChatClient chat, CancellationToken ct);

    [Step]
    public async Task<int> Embed(Job job, IEmbeddingGenerator<string, Embedding<float>> embeddings, CancellationToken ct) =>
        (await embeddings.GenerateAsync([job.Mark], cancellationToken: ct))[0].Vector.Length;

    [Prompt("{{job.Mark}} Write about {{briefing.Topic}}.", Tools = [nameof(Tenant)])]
    public partial IAsyncEnumerable<string> Draft(Job job, Briefing briefing, IChatClient chat, CancellationToken ct);

    [Step]
    public Outcome Finish([From(nameof(Draft))] string text, int dimensions) => new(text, dimensions);

    [Tool(Description = "The tenant of the run.")]
    public string Tenant(Job job, RunContext run) => run.Tenant == job.Client ? "own" : "another";
}
