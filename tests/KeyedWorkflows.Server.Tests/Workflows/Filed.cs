using System.Text;

namespace KeyedWorkflows.Server.Tests.Workflows;

internal sealed record FiledInput(string Title, WorkflowFile? Document = null);

internal sealed record FiledOutput(string Text);

/// <summary>May take one file, and calls no model.</summary>
[Workflow("filed")]
internal sealed partial class Filed : IWorkflow<FiledInput, FiledOutput>
{
    [Step]
    public FiledOutput Read(FiledInput input) => new($"{input.Title}: {(input.Document is { } document ? Encoding.UTF8.GetString(document.Content.Span) : "nothing")}");
}
