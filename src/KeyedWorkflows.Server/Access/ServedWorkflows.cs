using KeyedWorkflows.Runtime;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>Which of the host's workflows a token may trigger. What it may not looks as if it were not there.</summary>
internal sealed class ServedWorkflows(WorkflowRegistry registry)
{
    /// <summary>The workflows of a token, in the order of their names.</summary>
    public IReadOnlyList<WorkflowDefinition> Of(AccessToken token) => [.. token.Workflows.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(Find).OfType<WorkflowDefinition>()];

    /// <summary>The workflow that a request names: by its name, or by name and version (<c>name@version</c>).</summary>
    public WorkflowDefinition Named(AccessToken token, string id)
    {
        var at = id.IndexOf('@', StringComparison.Ordinal);
        var name = at < 0 ? id : id[..at];
        return token.Workflows.Contains(name, StringComparer.Ordinal) && registry.TryFind(name, out var workflow) && (at < 0 || workflow.Version == id[(at + 1)..])
            ? workflow
            : throw ApiError.NotFound("There is no such workflow, or this token may not run it.").ToException();
    }

    /// <summary>The one workflow of a token.</summary>
    public WorkflowDefinition Only(AccessToken token)
    {
        if (token.Workflows.Count == 1)
            return Find(token.Workflows[0]) ?? throw ApiError.NotFound("There is no such workflow, or this token may not run it.").ToException();
        throw (token.Workflows.Count == 0
            ? ApiError.NotFound("There is no such workflow, or this token may not run it.")
            : ApiError.InvalidParam("This token is for several workflows. Name one: POST …/workflows/{name}/run, and ?workflow={name} elsewhere.")).ToException();
    }

    private WorkflowDefinition? Find(string name) => registry.TryFind(name, out var workflow) ? workflow : null;
}
