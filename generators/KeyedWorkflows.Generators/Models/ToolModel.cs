namespace KeyedWorkflows.Generators.Models;

/// <summary>A method marked <c>[Tool]</c>.</summary>
internal sealed record ToolModel
{
    /// <summary>The method's name, as metadata has it.</summary>
    public required string MethodName { get; init; }

    /// <summary>The method as C# writes it.</summary>
    public required string Identifier { get; init; }

    /// <summary>The name that the model sees.</summary>
    public required string ToolName { get; init; }

    public string? Description { get; init; }

    public bool IsStatic { get; init; }

    public required ReturnShape Return { get; init; }

    /// <summary>Null where the tool gives nothing.</summary>
    public TypeModel? Result { get; init; }

    public EquatableArray<ToolParameterModel> Parameters { get; init; }

    /// <summary>A parameter comes from the run: the input, the run context or a step.</summary>
    public bool NeedsRunValues
    {
        get
        {
            foreach (var parameter in Parameters)
            {
                if (parameter.Kind is ToolParameterKind.Input or ToolParameterKind.RunContext or ToolParameterKind.From)
                    return true;
            }
            return false;
        }
    }
}
