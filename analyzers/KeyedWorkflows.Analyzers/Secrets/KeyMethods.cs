using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Secrets;

/// <summary>Tells the methods of the framework whose result is made of what they are given. Of others nothing is known, and nothing is said: they may hash, mask, or use a key up.</summary>
internal static class KeyMethods
{
    /// <summary>So much of a key may be shown to tell it from another.</summary>
    private const int LongestHint = 8;

    /// <summary>Whether the result holds what the object holds that the method is called on.</summary>
    public static bool GivesInstance(IInvocationOperation call)
    {
        var type = call.TargetMethod.ContainingType;
        var name = call.TargetMethod.Name;
        if (type.SpecialType == SpecialType.System_String)
            return !IsHint(call);
        return type.Name switch
        {
            "StringBuilder" => true,
            "Span" or "ReadOnlySpan" or "Memory" or "ReadOnlyMemory" => !IsHint(call),
            "Task" or "ValueTask" or "Lazy" or "Nullable" or "ConfiguredTaskAwaitable" => name is "ConfigureAwait" or "GetAwaiter" or "GetResult" or "WaitAsync" or "AsTask" or "GetValueOrDefault",
            "TaskAwaiter" or "ValueTaskAwaiter" => name == "GetResult",
            _ => name is "ToString" or "Clone" ? IsCollection(type) || type.SpecialType == SpecialType.System_Object : IsCollection(type) && name is not ("GetHashCode" or "GetType"),
        };
    }

    /// <summary>Whether the result holds what the arguments hold.</summary>
    public static bool GivesArguments(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var type = method.ContainingType;
        if (type.SpecialType == SpecialType.System_String)
            return method.IsStatic || method.Name == "Insert";
        return type.Name switch
        {
            "StringBuilder" => Adds(method),
            "Encoding" or "Convert" or "Uri" or "WebUtility" or "HttpUtility" or "JsonSerializer" or "FormattableString" => method.IsStatic || type.Name == "Encoding",
            "UrlEncoder" or "HtmlEncoder" or "JavaScriptEncoder" or "TextEncoder" => method.Name == "Encode",
            "Task" or "ValueTask" => method.Name is "FromResult" or "WhenAll" or "WhenAny" or "Run",
            "Enumerable" or "MemoryExtensions" or "ImmutableArray" or "ImmutableList" => !IsHint(call),
            "KeyValuePair" or "Tuple" or "ValueTuple" => method.Name == "Create",
            _ => false,
        } && (type.IsIn("System") || type.Name == "StringBuilder");
    }

    /// <summary>Whether a method puts its second argument in the place of its first, which its result does not hold.</summary>
    public static bool Replaces(IMethodSymbol method) => method is { Name: "Replace", IsStatic: false, Parameters.Length: >= 2 } && (method.ContainingType.SpecialType == SpecialType.System_String || method.ContainingType.Name == "StringBuilder");

    /// <summary>Whether the result is what its second argument, a lambda, makes of each element of the first.</summary>
    public static bool Selects(IMethodSymbol method) => method is { Name: "Select" or "SelectMany", ContainingType.Name: "Enumerable", Parameters.Length: 2 };

    /// <summary>Whether the result is made of the arguments themselves, so that what their members carry is known of it too.</summary>
    public static bool GivesElements(IMethodSymbol method) => method.ContainingType.Name is "Enumerable" or "ImmutableArray" or "ImmutableList" or "Task" or "ValueTask";

    /// <summary>Whether a call puts its arguments into the object that it is called on.</summary>
    public static bool PutsIn(IInvocationOperation call) =>
        call.Instance is not null && Adds(call.TargetMethod) && (call.TargetMethod.ContainingType.Name is "StringBuilder" or "StringWriter" || IsCollection(call.TargetMethod.ContainingType));

    /// <summary>A list, a dictionary or another collection of the framework.</summary>
    public static bool IsCollection(ITypeSymbol type) => type.IsIn("System.Collections");

    private static bool Adds(IMethodSymbol method) =>
        method.Name.StartsWith("Append", StringComparison.Ordinal) || method.Name.StartsWith("Add", StringComparison.Ordinal) || method.Name is "Insert" or "InsertRange" or "Replace" or "TryAdd" or "Enqueue" or "Push" or "Write" or "WriteLine";

    /// <summary>The first or last few characters: what an author shows on purpose instead of a key.</summary>
    private static bool IsHint(IInvocationOperation call)
    {
        var arguments = call.Arguments;
        var first = call.Instance is null ? 1 : 0;
        switch (call.TargetMethod.Name)
        {
            case "Substring" or "AsSpan" or "Slice" when arguments.Length == first + 2 && arguments[first + 1].ArgumentKind == ArgumentKind.Explicit:
                return IsFew(arguments[first + 1].Value);
            case "Substring" or "AsSpan" or "Slice" when arguments.Length == first + 1:
                return IsBeforeEnd(arguments[first].Value);
            case "Remove" when arguments.Length == 1:
                return IsFew(arguments[0].Value);
            case "Take" or "TakeLast" when arguments.Length == first + 1:
                return IsFew(arguments[first].Value);
            default:
                return false;
        }
    }

    /// <summary>The part of a range that is as short as a hint: <c>key[..4]</c>, <c>key[^4..]</c>.</summary>
    public static bool IsHint(IOperation range)
    {
        if (Isolation.Storage.Bare(range) is not IRangeOperation { LeftOperand: var left, RightOperand: var right })
            return false;
        return right is null
            ? left is not null && Isolation.Storage.Bare(left) is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } fromEnd && IsFew(fromEnd.Operand)
            : (left is null || Isolation.Storage.Bare(left).ConstantValue is { HasValue: true, Value: 0 }) && IsFew(Isolation.Storage.Bare(right));
    }

    private static bool IsFew(IOperation length) =>
        length.ConstantValue is { HasValue: true, Value: int few } ? few <= LongestHint : IsBound(length, "Min", out var bound) && (IsFew(bound[0].Value) || IsFew(bound[1].Value));

    private static bool IsBeforeEnd(IOperation start) =>
        Isolation.Storage.Bare(start) is IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract } minus ? IsFew(minus.RightOperand) : IsBound(start, "Max", out var bound) && (IsBeforeEnd(bound[0].Value) || IsBeforeEnd(bound[1].Value));

    /// <summary><c>Math.Min(4, key.Length)</c>: of keys that are shorter, too.</summary>
    private static bool IsBound(IOperation length, string method, out ImmutableArray<IArgumentOperation> arguments)
    {
        arguments = Isolation.Storage.Bare(length) is IInvocationOperation { TargetMethod: { ContainingType: { Name: "Math" } math } bound, Arguments: { Length: 2 } given } && bound.Name == method && math.IsIn("System") ? given : default;
        return !arguments.IsDefault;
    }
}
