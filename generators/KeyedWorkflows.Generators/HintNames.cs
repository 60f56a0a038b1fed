using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators;

/// <summary>The names of emitted files. They are compared without regard to case, and no two may be the same.</summary>
internal static class HintNames
{
    /// <summary>The file of the assembly as a whole.</summary>
    public const string AddWorkflows = "AddWorkflows.g.cs";

    public static string Of(WorkflowModel model) => string.Equals(model.HintName, "AddWorkflows", StringComparison.OrdinalIgnoreCase) ? model.HintName + "(1).g.cs" : model.HintName + ".g.cs";
}
