using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Analyzers;

/// <summary>Tells the methods that a run calls: those that are marked, and those that a mark names.</summary>
internal sealed class RunMethods
{
    private readonly INamedTypeSymbol?[] marks;

    private RunMethods(INamedTypeSymbol workflow, INamedTypeSymbol?[] marks)
    {
        Workflow = workflow;
        this.marks = marks;
    }

    /// <summary>What marks a workflow's class.</summary>
    public INamedTypeSymbol Workflow { get; }

    /// <summary>Null where the project does not know KeyedWorkflows.</summary>
    public static RunMethods? Create(Compilation compilation) => compilation.GetTypeByMetadataName(KnownNames.Workflow) is { } workflow
        ? new(workflow, [compilation.GetTypeByMetadataName(KnownNames.Step), compilation.GetTypeByMetadataName(KnownNames.Tool), compilation.GetTypeByMetadataName(KnownNames.ChooseProfile)])
        : null;

    /// <summary>Whether a run calls the method.</summary>
    public bool Contains(IMethodSymbol method)
    {
        if (method.MethodKind != MethodKind.Ordinary || Attributes.Find(method.ContainingType, Workflow) is null)
            return false;
        foreach (var mark in marks)
        {
            if (Attributes.Find(method, mark) is not null)
                return true;
        }
        return IsNamed(method);
    }

    /// <summary>A condition, or a hook that edits a prompt's options.</summary>
    private bool IsNamed(IMethodSymbol method)
    {
        foreach (var member in method.ContainingType.GetMembers())
        {
            if (member is IMethodSymbol
                && Attributes.Find(member, marks[0]) is { } step
                && (step.Text("When") == method.Name || step.Text("Unless") == method.Name || step.Text("ConfigureOptions") == method.Name))
                return true;
        }
        return false;
    }
}
