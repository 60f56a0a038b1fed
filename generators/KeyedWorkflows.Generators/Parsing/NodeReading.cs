using KeyedWorkflows.Generators.Graph;
using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>A node as its method says it, before it is known what feeds it.</summary>
internal sealed class NodeReading
{
    public required IMethodSymbol Symbol { get; init; }

    /// <summary>The step's attribute; null for a condition that is no step.</summary>
    public AttributeData? Attribute { get; init; }

    public required NodeKind Kind { get; init; }

    public required ReturnShape Return { get; init; }

    /// <summary>The type of what one call gives; null where nothing, or where it is not known.</summary>
    public ITypeSymbol? ResultType { get; init; }

    public TypeModel? Result { get; init; }

    public TypeModel? Output { get; init; }

    public List<ParameterReading> Parameters { get; init; } = [];

    public bool IsOutput { get; init; }

    public int ForEachParameter { get; init; } = -1;

    public int Attempts { get; set; } = 1;

    public int TimeoutSeconds { get; init; }

    public int MaxCalls { get; set; } = NodeReader.DefaultMaxCalls;

    public bool Optional { get; init; }

    public EquatableArray<string> After { get; init; }

    /// <summary>Where each of <see cref="After"/> stands, as <see cref="ParseScope.Recall"/> knows it.</summary>
    public EquatableArray<int> AfterPlaces { get; init; }

    public EquatableArray<GuardModel> Guards { get; set; }

    public PromptModel? Prompt { get; set; }

    public SubWorkflowModel? SubWorkflow { get; set; }

    public int Place { get; init; }

    public NodeDraft ToDraft()
    {
        var parameters = new List<ParameterDraft>(Parameters.Count);
        foreach (var parameter in Parameters)
            parameters.Add(parameter.ToDraft());
        var tools = new List<int>();
        if (Prompt is { } prompt)
        {
            foreach (var tool in prompt.Tools)
            {
                if (tool.Tool >= 0)
                    tools.Add(tool.Tool);
            }
        }
        return new()
        {
            Name = Symbol.Name,
            IsCondition = Kind == NodeKind.Condition,
            Output = Output,
            ReturnsNullable = Result?.IsNullable == true,
            Optional = Optional,
            Parameters = EquatableArray.From(parameters),
            Guards = Guards,
            After = After,
            AfterLocations = AfterPlaces,
            Tools = EquatableArray.From(tools),
            IsOutput = IsOutput,
            Location = Place,
        };
    }

    public NodeModel ToModel(int index, SolvedNode solved)
    {
        var parameters = new List<ParameterModel>(Parameters.Count);
        for (var i = 0; i < Parameters.Count; i++)
            parameters.Add(Parameters[i].ToModel(solved.Parameters[i]));
        return new()
        {
            Index = index,
            Name = Symbol.Name,
            Identifier = TypeReader.Identifier(Symbol.Name),
            Kind = Kind,
            Return = Return,
            IsStatic = Symbol.IsStatic,
            Result = Result,
            Output = Output,
            Parameters = EquatableArray.From(parameters),
            Guards = Guards,
            DependsOn = solved.DependsOn,
            After = solved.After,
            MayBeSkipped = solved.MayBeSkipped,
            MayBeAbsent = solved.MayBeAbsent,
            ReturnsNullable = Result?.IsNullable == true,
            Attempts = Attempts,
            TimeoutSeconds = TimeoutSeconds,
            MaxCalls = MaxCalls,
            Optional = Optional,
            ForEachParameter = ForEachParameter,
            Concurrency = ForEachParameter >= 0 ? Parameters[ForEachParameter].Concurrency : 1,
            IsOutput = solved.IsOutput,
            Prompt = Prompt,
            SubWorkflow = SubWorkflow,
        };
    }
}
