using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Server.Tests.Workflows;

internal sealed record StoryInput(string About);

internal sealed record StoryOutput(string Text);

/// <summary>Three streams, one after the other.</summary>
[Workflow("story")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
internal sealed partial class Story : IWorkflow<StoryInput, StoryOutput>
{
    [Prompt("Begin: {{input.About}}")]
    public partial IAsyncEnumerable<string> Begin(StoryInput input, IChatClient chat, CancellationToken ct);

    [Prompt("Middle of: {{begin}}")]
    public partial IAsyncEnumerable<string> Middle([From(nameof(Begin))] string begin, IChatClient chat, CancellationToken ct);

    [Prompt("End of: {{middle}}")]
    public partial IAsyncEnumerable<string> End([From(nameof(Middle))] string middle, IChatClient chat, CancellationToken ct);

    [Step]
    public StoryOutput Finish([From(nameof(Begin))] string begin, [From(nameof(Middle))] string middle, [From(nameof(End))] string end) => new($"{begin} {middle} {end}");
}
