using KeyedWorkflows.Server.Tests.Workflows;

namespace KeyedWorkflows.Client.Tests.Workflows;

/// <summary>Runs another workflow as a step.</summary>
[Workflow("outer")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
internal sealed partial class Outer : IWorkflow<StoryInput, string>
{
    [SubWorkflow(typeof(Story))]
    public partial Task<StoryOutput> Tell(StoryInput input);

    [Step]
    public string Finish(StoryOutput told) => told.Text;
}
