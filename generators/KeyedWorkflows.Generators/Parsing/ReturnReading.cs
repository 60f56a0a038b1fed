using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>How a method hands over its result, and what the result is.</summary>
/// <param name="Shape">How.</param>
/// <param name="Result">What, unwrapped; null where nothing.</param>
/// <param name="Fault">Why a workflow cannot call such a method; null where it can.</param>
internal readonly record struct ReturnReading(ReturnShape Shape, ITypeSymbol? Result, string? Fault)
{
    public static ReturnReading Of(IMethodSymbol method, KnownSymbols known, Compilation compilation)
    {
        if (method.ReturnsByRef || method.ReturnsByRefReadonly)
            return new(ReturnShape.Value, null, "returns by reference. Return a value");
        if (method.ReturnsVoid)
            return new(ReturnShape.Void, null, method.IsAsync ? "is `async void`: nobody can wait for it. Return `Task`" : null);
        var type = method.ReturnType;
        switch (known.Classify(type))
        {
            case KnownType.Task:
                return new(ReturnShape.Task, null, null);
            case KnownType.ValueTask:
                return new(ReturnShape.ValueTask, null, null);
            case KnownType.TaskOfT:
                return Checked(ReturnShape.TaskOfT, ((INamedTypeSymbol)type).TypeArguments[0], known);
            case KnownType.ValueTaskOfT:
                return Checked(ReturnShape.ValueTaskOfT, ((INamedTypeSymbol)type).TypeArguments[0], known);
            case KnownType.AsyncEnumerable:
                return ((INamedTypeSymbol)type).TypeArguments[0].SpecialType == SpecialType.System_String
                    ? new(ReturnShape.TextStream, compilation.GetSpecialType(SpecialType.System_String).WithNullableAnnotation(NullableAnnotation.NotAnnotated), null)
                    : new(ReturnShape.Value, null, "returns a stream of something other than text. Return `IAsyncEnumerable<string>`, or a list");
            default:
                return Checked(ReturnShape.Value, type, known);
        }
    }

    private static ReturnReading Checked(ReturnShape shape, ITypeSymbol result, KnownSymbols known)
    {
        if (result.IsRefLikeType || result.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
            return new(shape, null, "returns a type that cannot be kept between steps. Return a class, a record or a plain value");
        if (known.Classify(result) is KnownType.Task or KnownType.TaskOfT or KnownType.ValueTask or KnownType.ValueTaskOfT or KnownType.AsyncEnumerable)
            return new(shape, null, "returns a task or stream within a task. Await it, and return its result");
        return new(shape, result, null);
    }
}
