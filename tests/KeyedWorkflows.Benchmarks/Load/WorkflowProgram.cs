using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Benchmarks.Load;

/// <summary>The workflow, set up and called as any host would.</summary>
internal sealed class WorkflowProgram : ILoadSubject
{
    private readonly ServiceProvider services;
    private readonly IAnswerQuestionClient client;

    public WorkflowProgram(Uri endpoint, IEnumerable<LoadProfile> profiles)
    {
        ServiceCollection all = new();
        all.AddWorkflows(workflows =>
        {
            workflows.AddOpenAI(options => options.Endpoint = endpoint);
            foreach (var profile in profiles)
            {
                workflows.AddProfile(new()
                {
                    Id = Guid.NewGuid().ToString("N"),
                    Name = profile.Name,
                    Tenant = profile.Name,
                    Provider = "openai",
                    ApiKey = Secret.From(profile.Key),
                    Revision = "",
                });
            }
        });
        services = all.BuildServiceProvider();
        client = services.GetRequiredService<IAnswerQuestionClient>();
    }

    public Task<string> AnswerAsync(string profile, LoadQuestion question) => client.RunAsync(question, profile);

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
