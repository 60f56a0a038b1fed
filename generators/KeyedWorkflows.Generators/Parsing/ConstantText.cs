using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Writes constants as C#, on a machine of any culture.</summary>
internal static class ConstantText
{
    /// <summary>What an attribute was given is not ours to warn of.</summary>
    public const string Null = "null!";

    /// <summary>An attribute's argument; null where code of the class could not write it.</summary>
    public static string? Of(TypedConstant constant, Compilation compilation, ISymbol within)
    {
        switch (constant.Kind)
        {
            case TypedConstantKind.Primitive:
                return constant.Value is null ? Null : Of(constant.Value, constant.Type);
            case TypedConstantKind.Enum:
                return constant.Type is { } type && compilation.IsSymbolAccessibleWithin(type, within) ? Of(constant.Value, type) : null;
            case TypedConstantKind.Type:
                return constant.Value switch
                {
                    null => Null,
                    ITypeSymbol named when compilation.IsSymbolAccessibleWithin(named, within) && !TypeReader.HasError(named) && !TypeReader.IsFileLocal(named) => $"typeof({NameOf(named)})",
                    _ => null,
                };
            case TypedConstantKind.Array:
                if (constant.IsNull)
                    return Null;
                if (constant.Type is not IArrayTypeSymbol array)
                    return null;
                var text = new StringBuilder("new ").Append(TypeReader.Code(array.ElementType)).Append("[] { ");
                for (var i = 0; i < constant.Values.Length; i++)
                {
                    if (Of(constant.Values[i], compilation, within) is not { } item)
                        return null;
                    text.Append(i > 0 ? ", " : "").Append(item);
                }
                return text.Append(constant.Values.Length > 0 ? " }" : "}").ToString();
            default:
                return null;
        }
    }

    /// <summary>Whether an enum has a name for a constant.</summary>
    public static bool IsNamed(TypedConstant constant)
    {
        if (constant.Type is not { TypeKind: TypeKind.Enum } type)
            return true;
        foreach (var member in type.GetMembers())
        {
            if (member is IFieldSymbol { HasConstantValue: true } field && Equals(field.ConstantValue, constant.Value))
                return true;
        }
        return false;
    }

    /// <summary>A constant of a type: <c>global::Acme.Route.Billing</c>, <c>"billing"</c>, <c>3</c>; null where C# has no constant of it.</summary>
    public static string? Of(object? value, ITypeSymbol? type)
    {
        if (value is null)
            return type is { IsValueType: true } && !TypeReader.IsNullable(type) ? "default" : "null";
        var bare = type is null ? null : TypeReader.Strip(type);
        if (bare is INamedTypeSymbol { TypeKind: TypeKind.Enum } named)
            return OfEnum(value, named);
        return value switch
        {
            string text => SymbolDisplay.FormatLiteral(text, quote: true),
            char letter => SymbolDisplay.FormatLiteral(letter, quote: true),
            bool flag => flag ? "true" : "false",
            double number => OfDouble(number),
            float number when float.IsNaN(number) || float.IsInfinity(number) => float.IsNaN(number) ? "float.NaN" : number > 0 ? "float.PositiveInfinity" : "float.NegativeInfinity",
            float number => number.ToString("R", CultureInfo.InvariantCulture) + "F",
            decimal number => number.ToString(CultureInfo.InvariantCulture) + "M",
            long number when number == long.MinValue => "long.MinValue",
            int number when number == int.MinValue => "int.MinValue",
            long number => number.ToString(CultureInfo.InvariantCulture) + "L",
            ulong number => number.ToString(CultureInfo.InvariantCulture) + "UL",
            uint number => number.ToString(CultureInfo.InvariantCulture) + "U",
            int number => number.ToString(CultureInfo.InvariantCulture),

            // Without the type it would be an int where an object is taken.
            byte or sbyte or short or ushort => $"({TypeNameOf(value)})({((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)})",
            _ => null,
        };
    }

    /// <summary>An enum's constant by the first name that it has, so that two names of one value are the same text.</summary>
    private static string OfEnum(object value, INamedTypeSymbol type)
    {
        var name = TypeReader.Code(type);
        foreach (var member in type.GetMembers())
        {
            if (member is IFieldSymbol { HasConstantValue: true } field && Equals(field.ConstantValue, value))
                return name + "." + TypeReader.Identifier(field.Name);
        }
        return $"({name})({((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)})";
    }

    private static string NameOf(ITypeSymbol type) =>
        type is INamedTypeSymbol { IsUnboundGenericType: true } ? type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) : TypeReader.Code(type);

    private static string OfDouble(double number) => number switch
    {
        double.PositiveInfinity => "double.PositiveInfinity",
        double.NegativeInfinity => "double.NegativeInfinity",
        _ when double.IsNaN(number) => "double.NaN",
        _ => number.ToString("R", CultureInfo.InvariantCulture) + "D",
    };

    private static string TypeNameOf(object value) => value switch
    {
        byte => "byte",
        sbyte => "sbyte",
        short => "short",
        _ => "ushort",
    };
}
