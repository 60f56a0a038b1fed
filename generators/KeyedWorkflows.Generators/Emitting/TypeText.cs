using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>How types stand in emitted code.</summary>
internal static class TypeText
{
    /// <summary>The type of a local. A <c>dynamic</c> one would make every call with it a dynamic call.</summary>
    public static string OfLocal(TypeModel type, bool mayBeAbsent) => Name(type) + (mayBeAbsent || type.IsNullable ? "?" : "");

    /// <summary>The type as an argument of a generic method.</summary>
    public static string Of(TypeModel type) => OfLocal(type, mayBeAbsent: false);

    /// <summary>The expression of the type's <c>Type</c>.</summary>
    public static string TypeOf(TypeModel type) => $"typeof({Name(type)}{(type is { IsNullable: true, IsValueType: true } ? "?" : "")})";

    public static bool IsDynamic(TypeModel type) => type.Name == "dynamic";

    private static string Name(TypeModel type) => IsDynamic(type) ? "object" : type.Name;
}
