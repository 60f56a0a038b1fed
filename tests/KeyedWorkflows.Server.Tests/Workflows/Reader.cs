using System.Text;

namespace KeyedWorkflows.Server.Tests.Workflows;

internal sealed record ReaderInput(WorkflowFile Document, IReadOnlyList<WorkflowFile>? Others = null);

internal sealed record ReaderOutput(string Name, string MediaType, string Text, int Others);

/// <summary>Takes files, and calls no model.</summary>
[Workflow("reader")]
internal sealed partial class Reader : IWorkflow<ReaderInput, ReaderOutput>
{
    [Step]
    public ReaderOutput Read(ReaderInput input) => new(input.Document.Name, input.Document.MediaType, Encoding.UTF8.GetString(input.Document.Content.Span), input.Others?.Count ?? 0);
}
