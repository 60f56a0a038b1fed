using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>The methods of a workflow by what they are, in the order of their declaration. Reads every method's attributes once.</summary>
internal sealed class MethodTable
{
    private readonly ParseScope scope;

    public MethodTable(ParseScope scope)
    {
        this.scope = scope;
        foreach (var member in scope.Type.GetMembers())
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation } method)
                Add(method);
        }
        for (var parent = scope.Type.BaseType; parent is { SpecialType: not SpecialType.System_Object }; parent = parent.BaseType)
            RefuseInherited(parent);
    }

    /// <summary>The steps of the graph.</summary>
    public List<MarkedMethod> Steps { get; } = [];

    /// <summary>The prompts that are no steps.</summary>
    public List<MarkedMethod> InlinePrompts { get; } = [];

    public List<MarkedMethod> Tools { get; } = [];

    public List<MarkedMethod> Choosers { get; } = [];

    /// <summary>The only method of a name that the class itself has; null where there is none, or several.</summary>
    /// <param name="name">The name.</param>
    /// <param name="count">How many there are.</param>
    public IMethodSymbol? Find(string name, out int count)
    {
        IMethodSymbol? found = null;
        count = 0;
        foreach (var member in scope.Type.GetMembers(name))
        {
            if (member is not IMethodSymbol method)
                continue;
            count++;
            found = method;
        }
        return count == 1 ? found : null;
    }

    private void Add(IMethodSymbol method)
    {
        AttributeData? step = null;
        AttributeData? tool = null;
        AttributeData? chooser = null;
        AttributeData? output = null;
        var kind = NodeKind.Code;
        var roles = 0;
        foreach (var attribute in method.GetAttributes())
        {
            switch (scope.Known.MarkOf(attribute))
            {
                case Mark.Step:
                    (step, kind) = (attribute, NodeKind.Code);
                    roles++;
                    break;
                case Mark.Prompt:
                    (step, kind) = (attribute, NodeKind.Prompt);
                    roles++;
                    break;
                case Mark.SubWorkflow:
                    (step, kind) = (attribute, NodeKind.SubWorkflow);
                    roles++;
                    break;
                case Mark.Tool:
                    tool = attribute;
                    roles++;
                    break;
                case Mark.ChooseProfile:
                    chooser = attribute;
                    roles++;
                    break;
                case Mark.Output:
                    output = attribute;
                    break;
            }
        }
        if (roles > 1)
            scope.GraphFault(Rules.Step, ParseScope.PlaceOf(method), $"`{method.Name}` is marked as several things. A method is one of step, prompt, sub-workflow, tool and chooser: keep one attribute.");
        var isInline = step is not null && kind == NodeKind.Prompt && step.Flag("Inline");
        if (output is not null && (step is null || isInline))
            scope.Fault(Rules.Step, output.Place(scope.CancellationToken), $"`{method.Name}` is marked [Output] and is no step. Mark it [Step], or remove [Output].");
        if (step is not null)
            (isInline ? InlinePrompts : Steps).Add(new(method, step, kind, output is not null));
        else if (tool is not null)
            Tools.Add(new(method, tool, kind, false));
        else if (chooser is not null)
            Choosers.Add(new(method, chooser, kind, false));
    }

    private void RefuseInherited(INamedTypeSymbol parent)
    {
        foreach (var member in parent.GetMembers())
        {
            if (member is not IMethodSymbol { MethodKind: MethodKind.Ordinary } method)
                continue;
            foreach (var attribute in method.GetAttributes())
            {
                if (scope.Known.MarkOf(attribute) is not (Mark.Step or Mark.Prompt or Mark.SubWorkflow or Mark.ChooseProfile or Mark.Tool))
                    continue;
                scope.GraphFault(Rules.Step, ParseScope.PlaceOf(scope.Type), $"`{parent.Name}.{method.Name}` is inherited, and a workflow has only the steps of its own class. Move the method here, or call it from a step.");
                return;
            }
        }
    }
}
