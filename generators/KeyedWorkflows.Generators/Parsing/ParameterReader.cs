using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Reads the parameters of steps and conditions: what each is, and what its attributes ask for.</summary>
internal sealed class ParameterReader(ParseScope scope, SlotTable slots)
{
    /// <summary>What a parameter of a type is, by its type alone.</summary>
    public static ParameterKind KindOf(ITypeSymbol type, KnownSymbols known, out bool isUnknownGenerator)
    {
        isUnknownGenerator = false;
        switch (known.Classify(type))
        {
            case KnownType.ChatClient:
                return ParameterKind.ChatClient;
            case KnownType.RunContext:
                return ParameterKind.RunContext;
            case KnownType.CancellationToken:
                return ParameterKind.CancellationToken;
            case KnownType.AnyEmbeddingGenerator:
                isUnknownGenerator = true;
                return ParameterKind.EmbeddingGenerator;
            case KnownType.EmbeddingGenerator:
                isUnknownGenerator = type is not INamedTypeSymbol { TypeArguments: [{ SpecialType: SpecialType.System_String }, INamedTypeSymbol { TypeArguments: [{ SpecialType: SpecialType.System_Single }] } embedding] }
                    || known.Classify(embedding) != KnownType.Embedding;
                return ParameterKind.EmbeddingGenerator;
            default:
                return ParameterKind.Data;
        }
    }

    /// <summary>Whether a prompt puts a parameter in as messages.</summary>
    public static bool IsMessages(ITypeSymbol type, KnownSymbols known) => Implements(type, known.Messages);

    /// <summary>Whether a type is an interface, or implements it.</summary>
    public static bool Implements(ITypeSymbol type, INamedTypeSymbol? wanted)
    {
        if (wanted is null || type.SpecialType == SpecialType.System_String)
            return false;
        if (KnownSymbols.Same(type, wanted))
            return true;
        foreach (var implemented in type.AllInterfaces)
        {
            if (KnownSymbols.Same(implemented, wanted))
                return true;
        }
        return false;
    }

    /// <summary>Why no method that the product calls can have such a parameter; null where it can.</summary>
    public static string? RefuseShape(IParameterSymbol parameter, KnownSymbols known)
    {
        if (parameter.RefKind != RefKind.None)
            return "is passed by reference. Take it by value";
        if (parameter.IsParams)
            return "is `params`. Take a list";
        if (parameter.Type.IsRefLikeType || parameter.Type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
            return "is of a type that cannot be kept between steps. Take a class, a record or a plain value";
        if (TypeReader.IsFileLocal(parameter.Type))
            return "is of a file-local type, which generated code cannot name. Remove `file` from the type";
        return known.Classify(parameter.Type) switch
        {
            KnownType.AsyncEnumerable => "is a stream. Take `string`: a step gets the whole text",
            KnownType.Task or KnownType.TaskOfT or KnownType.ValueTask or KnownType.ValueTaskOfT => "is a task. Take its result: a step starts when its data is there",
            _ => null,
        };
    }

    /// <summary>Reads one parameter. One that cannot be fed is a fault, and read as data.</summary>
    public ParameterReading Read(IParameterSymbol parameter, bool isPrompt)
    {
        var marks = Marks.Of(parameter, scope.Known);
        var kind = KindOf(parameter.Type, scope.Known, out var isUnknownGenerator);
        var model = scope.Types.Of(parameter.Type);
        if (TypeReader.HasError(parameter.Type))
        {
            scope.Incomplete();
        }
        else if (RefuseShape(parameter, scope.Known) is { } refused)
        {
            scope.GraphFault(Rules.Step, ParseScope.PlaceOf(parameter), $"`{parameter.Name}` {refused}.");
        }
        else if (isUnknownGenerator)
        {
            scope.Fault(Rules.Step, ParseScope.PlaceOf(parameter), $"`{parameter.Name}` is an embedding generator of a kind that no provider gives. Take `IEmbeddingGenerator<string, Embedding<float>>`.");
        }

        if (kind != ParameterKind.Data)
        {
            RefuseDataMarks(parameter, marks);
            var isClient = kind is ParameterKind.ChatClient or ParameterKind.EmbeddingGenerator;
            if (!isClient)
                RefuseSlot(parameter, marks);
            return new(parameter, model, kind) { Client = isClient ? ReadClient(parameter, marks.Slot) : null, Place = scope.Remember(parameter) };
        }

        RefuseSlot(parameter, marks);
        if (parameter.HasExplicitDefaultValue)
            scope.Fault(Rules.Step, ParseScope.PlaceOf(parameter), $"`{parameter.Name}` has a default value, and data is never left out. Remove the default; make the parameter nullable where its step may be skipped.");
        if (marks.From is not null && marks.FromInput is not null)
            scope.Fault(Rules.Step, marks.FromInput.Place(scope.CancellationToken), $"`{parameter.Name}` is marked [From] and [FromInput]. Keep the one that names its producer.");
        var from = ReadFrom(parameter, marks.From);
        var concurrency = 1;
        if (marks.ForEach is { } forEach)
        {
            kind = ParameterKind.ForEachElement;
            concurrency = forEach.Number("Concurrency", 1);
            if (concurrency < 1)
                scope.Fault(Rules.Step, forEach.Place("Concurrency", scope.CancellationToken), "Concurrency is how many elements are worked on at once: 1 or more.");
        }
        else if (isPrompt && IsMessages(parameter.Type, scope.Known))
        {
            kind = ParameterKind.Messages;
        }
        return new(parameter, model, kind) { From = from, FromPlaces = PlacesOf(from, marks.From), FromInput = marks.FromInput is not null, Concurrency = concurrency, Place = scope.Remember(parameter) };
    }

    /// <summary>The names in <c>[From]</c>; null without the attribute.</summary>
    public EquatableArray<string>? ReadFrom(IParameterSymbol parameter, AttributeData? from)
    {
        if (from is null)
            return null;
        if (from.IsBroken())
        {
            scope.Incomplete();
            return null;
        }
        var names = from.ConstructorArguments is [var argument, ..] ? AttributeReading.Texts(argument) : null;
        if (names is not { Count: > 0 })
        {
            scope.GraphFault(Rules.Step, from.Place(scope.CancellationToken), $"[From] of `{parameter.Name}` names no step. Write `[From(nameof(TheStep))]`, or remove it.");
            return null;
        }
        if (!MemberNames.Check(scope, from, names, Rules.NoProducer, item => from.PlaceOfItem(item, scope.CancellationToken), $"[From] of `{parameter.Name}` names something that is no method of the class. Write `[From(nameof(TheStep))]`.", () => MemberNames.StepsBut(scope, parameter.ContainingSymbol)))
            return null;
        return EquatableArray.From(names);
    }

    /// <summary>Where each name of <c>[From]</c> stands.</summary>
    public EquatableArray<int> PlacesOf(EquatableArray<string>? names, AttributeData? from)
    {
        var places = new List<int>();
        for (var i = 0; i < names?.Length; i++)
            places.Add(scope.Remember(from?.PlaceOfItem(i, scope.CancellationToken)));
        return EquatableArray.From(places);
    }

    private ClientModel? ReadClient(IParameterSymbol parameter, AttributeData? attribute)
    {
        if (attribute?.IsBroken() == true)
        {
            scope.Incomplete();
            return null;
        }
        var slot = slots.Pay(parameter, attribute);
        return slot < 0 ? null : new(slot, attribute?.Text("Model"), attribute?.Text("FallbackModel"));
    }

    private void RefuseSlot(IParameterSymbol parameter, Marks marks)
    {
        if (marks.Slot is { } slot)
            scope.Fault(Rules.UnknownSlot, slot.Place(scope.CancellationToken), $"`{parameter.Name}` is no model client, so no slot pays for it. Remove [Slot].");
    }

    private void RefuseDataMarks(IParameterSymbol parameter, Marks marks)
    {
        if ((marks.From ?? marks.FromInput ?? marks.ForEach) is { } mark)
            scope.Fault(Rules.Step, mark.Place(scope.CancellationToken), $"`{parameter.Name}` comes from the run itself, not from a step or the input. Remove the attribute.");
    }

    /// <summary>The attributes of a parameter that mean something.</summary>
    internal readonly record struct Marks(AttributeData? Slot, AttributeData? From, AttributeData? FromInput, AttributeData? ForEach)
    {
        public static Marks Of(IParameterSymbol parameter, KnownSymbols known)
        {
            Marks marks = default;
            foreach (var attribute in parameter.GetAttributes())
            {
                switch (known.MarkOf(attribute))
                {
                    case Mark.Slot:
                        marks = marks with { Slot = attribute };
                        break;
                    case Mark.From:
                        marks = marks with { From = attribute };
                        break;
                    case Mark.FromInput:
                        marks = marks with { FromInput = attribute };
                        break;
                    case Mark.ForEach:
                        marks = marks with { ForEach = attribute };
                        break;
                }
            }
            return marks;
        }
    }
}
