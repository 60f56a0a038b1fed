namespace KeyedWorkflows.Generators.Emitting;

/// <summary>A way to call a workflow.</summary>
/// <param name="Name">The method's name, on the client as on the transport.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Returns">What it returns.</param>
/// <param name="Result">The type of that, of input and output.</param>
internal sealed record ClientMethod(string Name, string Summary, string Returns, Func<string, string, string> Result)
{
    public static IReadOnlyList<ClientMethod> All { get; } =
    [
        new("RunAsync", "Runs the workflow.", "The output.", static (_, output) => $"{Names.Task}<{output}>"),
        new("StreamAsync", "Runs the workflow, and yields its events; the last one holds the output.", "The events.", static (_, _) => $"global::System.Collections.Generic.IAsyncEnumerable<{Names.Product}WorkflowEvent>"),
        new("StartAsync", "Starts the workflow, and returns when its credentials are bound.", "The run.", static (_, output) => $"{Names.Task}<{Names.Product}RunHandle<{output}>>"),
        new("ExplainAsync", "Says which credentials a run would use, and why, without running it.", "The answer.", static (_, _) => $"{Names.Task}<{Names.Product}CredentialExplanation>"),
    ];
}
