using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Reads a step or a condition from its method: result, parameters and settings.</summary>
internal sealed class NodeReader(ParseScope scope, MethodTable methods, SlotTable slots)
{
    public const int DefaultMaxCalls = 6;

    /// <summary>What a timer can wait for.</summary>
    public const int MostSeconds = 4_294_967;
    private readonly ParameterReader parameterReader = new(scope, slots);
    private readonly HashSet<string> refusedOverloads = new(StringComparer.Ordinal);

    public ParameterReader Parameters => parameterReader;

    /// <summary>Reads a step.</summary>
    public NodeReading Read(MarkedMethod step) => Read(step.Symbol, step.Attribute, step.Kind, step.IsOutput);

    /// <summary>Reads a method that is only named as a condition.</summary>
    public NodeReading ReadCondition(IMethodSymbol method) => Read(method, null, NodeKind.Condition, isOutput: false);

    /// <summary>Says what no method that a workflow calls may be.</summary>
    /// <returns>The result of the method.</returns>
    public ReturnReading CheckShape(IMethodSymbol method, string rule)
    {
        methods.Find(method.Name, out var count);
        if (count > 1 && refusedOverloads.Add(method.Name))
            scope.GraphFault(rule, ParseScope.PlaceOf(method), $"`{method.Name}` is overloaded, and steps are known by their names. Give each method a name of its own.");
        if (method.IsGenericMethod)
            scope.GraphFault(rule, ParseScope.PlaceOf(method), $"`{method.Name}` is generic, and nothing says for which type it would run. Write it for the types of this workflow.");
        if (method.MethodKind == MethodKind.ExplicitInterfaceImplementation)
            scope.GraphFault(rule, ParseScope.PlaceOf(method), $"`{method.Name}` implements an interface explicitly and has no name that a step could have. Make it a method of the class.");
        var result = ReturnReading.Of(method, scope.Known, scope.Compilation);
        if (result.Fault is { } fault)
        {
            scope.GraphFault(rule, ParseScope.PlaceOf(method), $"`{method.Name}` {fault}.");
        }
        else if (result.Result is { } type)
        {
            if (TypeReader.HasError(type))
                scope.Incomplete();
            else if (TypeReader.IsFileLocal(type))
                scope.GraphFault(rule, ParseScope.PlaceOf(method), $"`{method.Name}` returns a file-local type, which generated code cannot name. Remove `file` from the type.");
        }
        return result;
    }

    private NodeReading Read(IMethodSymbol method, AttributeData? attribute, NodeKind kind, bool isOutput)
    {
        var result = CheckShape(method, kind == NodeKind.Condition ? Rules.Condition : Rules.Step);
        if (attribute?.IsBroken() == true)
            scope.Incomplete();

        var parameters = new List<ParameterReading>(method.Parameters.Length);
        var forEach = -1;
        foreach (var parameter in method.Parameters)
        {
            var reading = parameterReader.Read(parameter, kind == NodeKind.Prompt);
            if (reading.Kind == ParameterKind.ForEachElement)
            {
                if (forEach >= 0)
                    scope.GraphFault(Rules.Step, ParseScope.PlaceOf(parameter), $"`{method.Name}` has two [ForEach] parameters, and a step runs over one sequence. Keep one.");
                else if (kind == NodeKind.Condition)
                    scope.GraphFault(Rules.Condition, ParseScope.PlaceOf(parameter), $"`{method.Name}` is a condition, which runs once. Take the whole sequence instead of [ForEach].");
                else
                    forEach = parameters.Count;
            }
            parameters.Add(reading);
        }

        var after = ReadAfter(method, attribute);
        var model = result.Result is { } type ? scope.Types.Of(type) : null;
        var output = model is not null && forEach >= 0
            ? scope.Types.Of(scope.Compilation.CreateArrayTypeSymbol(result.Result!, 1, result.Result!.NullableAnnotation))
            : model;
        return new()
        {
            Symbol = method,
            Attribute = attribute,
            Kind = kind,
            Return = result.Shape,
            ResultType = result.Result,
            Result = model,
            Output = output,
            Parameters = parameters,
            IsOutput = isOutput,
            ForEachParameter = forEach,
            Attempts = Setting(attribute, "Attempts", 1, 1, "Attempts is how often the step may be tried: 1 or more. Leave it out for the default."),
            TimeoutSeconds = Setting(attribute, "TimeoutSeconds", 0, 0, $"TimeoutSeconds is how long one attempt may take, up to {MostSeconds} (seven weeks). Leave it out for no limit.", MostSeconds),
            MaxCalls = Setting(attribute, "MaxCalls", 1, DefaultMaxCalls, "MaxCalls is how many requests to a model the step may make: 1 or more. Leave it out for the default."),
            Optional = attribute?.Flag("Optional") == true,
            After = after,
            AfterPlaces = PlacesOf(after, attribute),
            Place = scope.Remember(method),
        };
    }

    private EquatableArray<string> ReadAfter(IMethodSymbol method, AttributeData? attribute)
    {
        if (attribute?.Texts("After") is not { Count: > 0 } names)
            return default;
        return MemberNames.Check(scope, attribute, names, Rules.NoProducer, item => attribute.Place("After", item, scope.CancellationToken), $"After of `{method.Name}` names something that is no method of the class. Write `After = [nameof(TheStep)]`.", () => MemberNames.StepsBut(scope, method)) ? EquatableArray.From(names) : default;
    }

    private EquatableArray<int> PlacesOf(EquatableArray<string> after, AttributeData? attribute)
    {
        var places = new List<int>(after.Length);
        for (var i = 0; i < after.Length; i++)
            places.Add(scope.Remember(attribute?.Place("After", i, scope.CancellationToken)));
        return EquatableArray.From(places);
    }

    private int Setting(AttributeData? attribute, string name, int least, int otherwise, string message, int most = int.MaxValue)
    {
        if (attribute is null || !attribute.TryGet(name, out var given) || given.Value is not int value)
            return otherwise;
        if (value >= least && value <= most)
            return value;
        scope.Fault(Rules.Step, attribute.Place(name, scope.CancellationToken), message);
        return otherwise;
    }
}
