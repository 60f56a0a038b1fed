using KeyedWorkflows.Generators.Graph;
using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>The tools of a workflow, and which prompts offer them.</summary>
internal sealed class ToolTable
{
    private readonly ParseScope scope;
    private readonly MethodTable methods;
    private readonly NodeReader reader;
    private readonly ITypeSymbol? input;
    private readonly List<ToolReading> readings = [];

    /// <summary>Reads the tools.</summary>
    public ToolTable(ParseScope scope, MethodTable methods, NodeReader reader, ITypeSymbol? input)
    {
        this.scope = scope;
        this.methods = methods;
        this.reader = reader;
        this.input = input;
        foreach (var method in methods.Tools)
            readings.Add(Read(method));
    }

    public EquatableArray<ToolDraft> ToDrafts()
    {
        var drafts = new List<ToolDraft>(readings.Count);
        foreach (var reading in readings)
        {
            var parameters = new List<ParameterDraft>(reading.Parameters.Count);
            foreach (var (model, from, place) in reading.Parameters)
                parameters.Add(new() { Name = model.Name, Type = model.Type, Kind = ParameterKind.Data, From = from, Location = place });
            drafts.Add(new() { Name = reading.Method.Name, Parameters = EquatableArray.From(parameters), IsOffered = reading.IsOffered });
        }
        return EquatableArray.From(drafts);
    }

    public EquatableArray<ToolModel> ToModels(EquatableArray<SolvedTool> solved)
    {
        var models = new List<ToolModel>(readings.Count);
        for (var i = 0; i < readings.Count; i++)
        {
            var reading = readings[i];
            var parameters = new List<ToolParameterModel>(reading.Parameters.Count);
            for (var j = 0; j < reading.Parameters.Count; j++)
            {
                var (model, from, _) = reading.Parameters[j];
                parameters.Add(from is null ? model : model with { Sources = solved[i].Parameters[j].Sources });
            }
            models.Add(reading.Model with { Parameters = EquatableArray.From(parameters) });
        }
        return EquatableArray.From(models);
    }

    /// <summary>What a prompt offers to its model.</summary>
    public EquatableArray<ToolReferenceModel> ReadOffered(MarkedMethod prompt, bool isInline)
    {
        if (prompt.Attribute.Texts("Tools") is not { Count: > 0 } names)
            return default;
        var references = new List<ToolReferenceModel>(names.Count);
        for (var i = 0; i < names.Count; i++)
        {
            var name = names[i];
            var place = prompt.Attribute.Place("Tools", i, scope.CancellationToken);
            if (!MemberNames.Check(scope, prompt.Attribute, [name], Rules.Tool, _ => place, "Tools names something that the class does not have. Name methods marked [Tool], or properties of `IEnumerable<AITool>`.", () => MemberNames.Tools(scope))
                || Find(name, prompt.Symbol, isInline, place) is not { } reference)
            {
                continue;
            }
            if (references.Contains(reference))
                scope.Fault(Rules.Tool, place, $"`{name}` is offered twice. Name it once.");
            else
                references.Add(reference);
        }
        return EquatableArray.From(references);
    }

    /// <summary>The types that go over JSON: to the model and back.</summary>
    public IEnumerable<(ITypeSymbol Type, ISymbol Place)> JsonTypes()
    {
        foreach (var reading in readings)
        {
            if (reading.Result is { } result)
                yield return (result, reading.Method);
            for (var i = 0; i < reading.Parameters.Count; i++)
            {
                if (reading.Parameters[i].Model.Kind == ToolParameterKind.Model)
                    yield return (reading.Method.Parameters[i].Type, reading.Method.Parameters[i]);
            }
        }
    }

    private ToolReferenceModel? Find(string name, IMethodSymbol prompt, bool isInline, Location? place)
    {
        for (var i = 0; i < readings.Count; i++)
        {
            var reading = readings[i];
            if (reading.Method.Name != name)
                continue;
            reading.IsOffered = true;
            if (prompt.IsStatic && !reading.Method.IsStatic)
            {
                scope.Fault(Rules.Tool, place, $"`{prompt.Name}` is static and cannot call `{name}`. Make the prompt an instance method, or the tool static.");
                return null;
            }
            if (isInline && reading.TakesSteps)
            {
                scope.GraphFault(Rules.Tool, place, $"`{name}` takes the result of a step, and `{prompt.Name}` is an inline prompt, which is not part of the graph. Offer the tool from a prompt that is a step.");
                return null;
            }
            return new(i, null, false);
        }
        foreach (var member in scope.Type.GetMembers(name))
        {
            switch (member)
            {
                case IPropertySymbol { GetMethod: not null, IsIndexer: false } property when scope.Known.Tools is { } sequence && scope.Compilation.ClassifyCommonConversion(property.Type, sequence) is { IsImplicit: true, IsUserDefined: false }:
                    if (prompt.IsStatic && !property.IsStatic)
                    {
                        scope.Fault(Rules.Tool, place, $"`{prompt.Name}` is static and cannot read `{name}`. Make the prompt an instance method.");
                        return null;
                    }
                    return new(-1, TypeReader.Identifier(property.Name), property.IsStatic);
                case IPropertySymbol property when TypeReader.HasError(property.Type):
                    scope.Incomplete();
                    return null;
            }
        }
        scope.Fault(Rules.Tool, place, methods.Find(name, out var count) is not null || count > 1
            ? $"`{name}` is not marked [Tool]. Mark it, so that its parameters are described to the model."
            : $"`{name}` is no tool. Name methods marked [Tool], or properties of `IEnumerable<AITool>`.{Nearest.Offer(name, MemberNames.Tools(scope))}");
        return null;
    }

    private ToolReading Read(MarkedMethod tool)
    {
        var method = tool.Symbol;
        var ct = scope.CancellationToken;
        var place = ParseScope.PlaceOf(method);
        var result = reader.CheckShape(method, Rules.Tool);
        if (tool.Attribute.IsBroken())
            scope.Incomplete();
        if (result.Shape == ReturnShape.TextStream)
            scope.Fault(Rules.Tool, place, $"`{method.Name}` returns a stream, and a model waits for a whole result. Return `string` or `Task<string>`.");
        var name = tool.Attribute.Text("Name") ?? method.Name;
        if (!Names.IsToolName(name))
        {
            scope.Fault(Rules.Name, tool.Attribute.TryGet("Name", out _) ? tool.Attribute.Place("Name", ct) : place,
                "Models know a tool by a name of 1 to 64 ASCII letters, digits, `_` and `-`. Set Name to one.");
        }
        foreach (var other in readings)
        {
            if (string.Equals(other.Model.ToolName, name, StringComparison.Ordinal) && other.Method.Name != method.Name)
                scope.Fault(Rules.Name, place, $"`{other.Method.Name}` has this tool's name already, and a model could not tell them apart. Set another Name.");
        }
        var parameters = new List<(ToolParameterModel Model, EquatableArray<string>? From, int Place)>(method.Parameters.Length);
        foreach (var parameter in method.Parameters)
            parameters.Add(ReadParameter(parameter));
        var type = result.Fault is null ? result.Result : null;
        return new(method, type, parameters, new()
        {
            MethodName = method.Name,
            Identifier = TypeReader.Identifier(method.Name),
            ToolName = name,
            Description = tool.Attribute.Text("Description") ?? DescriptionOf(method),
            IsStatic = method.IsStatic,
            Return = result.Shape,
            Result = type is null ? null : scope.Types.Of(type),
        });
    }

    private (ToolParameterModel Model, EquatableArray<string>? From, int Place) ReadParameter(IParameterSymbol parameter)
    {
        var place = ParseScope.PlaceOf(parameter);
        var marks = ParameterReader.Marks.Of(parameter, scope.Known);
        if (TypeReader.HasError(parameter.Type))
            scope.Incomplete();
        else if (ParameterReader.RefuseShape(parameter, scope.Known) is { } refused)
            scope.GraphFault(Rules.Tool, place, $"`{parameter.Name}` {refused}.");
        var kind = ParameterReader.KindOf(parameter.Type, scope.Known, out _) switch
        {
            ParameterKind.RunContext => ToolParameterKind.RunContext,
            ParameterKind.CancellationToken => ToolParameterKind.CancellationToken,
            ParameterKind.ChatClient or ParameterKind.EmbeddingGenerator => RefuseClient(parameter, place),
            _ when marks.From is not null => ToolParameterKind.From,
            _ when input is not null && (marks.FromInput is not null || IsInput(parameter.Type)) => ToolParameterKind.Input,
            _ => ToolParameterKind.Model,
        };
        if ((marks.ForEach ?? marks.Slot) is { } mark)
            scope.Fault(Rules.Tool, mark.Place(scope.CancellationToken), $"`{parameter.Name}` belongs to a tool, for which this attribute means nothing. Remove it.");
        if (kind == ToolParameterKind.Input && !KnownSymbols.Same(TypeReader.Strip(parameter.Type), TypeReader.Strip(input!)))
            scope.Fault(Rules.Tool, place, $"`{parameter.Name}` is marked [FromInput], and the input is a `{TypeReader.People(input!)}`. Take that type.");
        var from = kind == ToolParameterKind.From ? reader.Parameters.ReadFrom(parameter, marks.From) : null;
        var defaultValue = parameter.HasExplicitDefaultValue && kind == ToolParameterKind.Model ? ConstantText.Of(parameter.ExplicitDefaultValue, parameter.Type) ?? "default" : null;
        return (new()
        {
            Name = parameter.Name,
            Type = scope.Types.Of(parameter.Type),
            Kind = kind,
            Description = kind == ToolParameterKind.Model ? DescriptionOf(parameter) : null,
            IsRequired = kind == ToolParameterKind.Model && !parameter.HasExplicitDefaultValue,
            DefaultValue = defaultValue,
        }, from, scope.Remember(place));
    }

    /// <summary>Whether a parameter can only be meant for the input. Where that is a text or a number, it is not: a model writes such things too, and the mark decides.</summary>
    private bool IsInput(ITypeSymbol type)
    {
        var wanted = TypeReader.Strip(input!);
        return wanted.SpecialType == SpecialType.None && wanted.TypeKind != TypeKind.Enum && KnownSymbols.Same(TypeReader.Strip(type), wanted);
    }

    private ToolParameterKind RefuseClient(IParameterSymbol parameter, Location? place)
    {
        scope.Fault(Rules.Tool, place, $"`{parameter.Name}` is a model client, and a tool has no payer of its own. Call the model in a step.");

        // Not the model's, so that nothing more is said of it.
        return ToolParameterKind.RunContext;
    }

    private string? DescriptionOf(ISymbol symbol) => symbol.Find(scope.Known.Description)?.Argument<string>();

    private sealed record ToolReading(IMethodSymbol Method, ITypeSymbol? Result, List<(ToolParameterModel Model, EquatableArray<string>? From, int Place)> Parameters, ToolModel Model)
    {
        /// <summary>A prompt names it, whether or not the prompt is otherwise right.</summary>
        public bool IsOffered { get; set; }

        public bool TakesSteps
        {
            get
            {
                foreach (var parameter in Parameters)
                {
                    if (parameter.Model.Kind == ToolParameterKind.From)
                        return true;
                }
                return false;
            }
        }
    }
}
