using System.Text;
using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Reads the data annotations of the input as expressions that make them anew, so that nothing is read by reflection at run time. One that the class cannot write is left out.</summary>
internal static class ValidationReader
{
    public static ValidationModel Read(ParseScope scope, ITypeSymbol input)
    {
        if (input is not INamedTypeSymbol type || scope.Known.ValidationAttribute is null)
            return new();
        var members = new List<ValidatedMemberModel>(0);
        foreach (var (property, parameter) in InputMembers.Of(type))
        {
            var attributes = new List<string>(0);
            Gather(scope, property, attributes);
            if (parameter is not null)
                Gather(scope, parameter, attributes);
            if (attributes.Count > 0 && property.GetMethod is { } getter && scope.Compilation.IsSymbolAccessibleWithin(getter, scope.Type))
                members.Add(new(TypeReader.Identifier(property.Name), property.Name, EquatableArray.From(attributes)));
        }
        var own = new List<string>(0);
        for (var level = type; level is { SpecialType: SpecialType.None }; level = level.BaseType)
            Gather(scope, level, own);
        return new()
        {
            Members = EquatableArray.From(members),
            TypeAttributes = EquatableArray.From(own),
            IsValidatableObject = ParameterReader.Implements(type, scope.Known.ValidatableObject),
        };
    }

    private static void Gather(ParseScope scope, ISymbol symbol, List<string> into)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass is { } type && IsValidation(type, scope.Known) && TextOf(scope, attribute, type) is { } text && !into.Contains(text))
                into.Add(text);
        }
    }

    private static bool IsValidation(INamedTypeSymbol type, KnownSymbols known)
    {
        for (var level = type.BaseType; level is not null; level = level.BaseType)
        {
            if (KnownSymbols.Same(level, known.ValidationAttribute))
                return true;
        }
        return false;
    }

    private static string? TextOf(ParseScope scope, AttributeData attribute, INamedTypeSymbol type)
    {
        if (attribute.IsBroken() || TypeReader.IsFileLocal(type) || !CanReach(type) || !CanReach(attribute.AttributeConstructor!))
            return null;
        var text = new StringBuilder("new ").Append(TypeReader.Code(type)).Append('(');
        for (var i = 0; i < attribute.ConstructorArguments.Length; i++)
        {
            if (ConstantText.Of(attribute.ConstructorArguments[i], scope.Compilation, scope.Type) is not { } argument)
                return null;
            text.Append(i > 0 ? ", " : "").Append(argument);
        }
        text.Append(')');
        for (var i = 0; i < attribute.NamedArguments.Length; i++)
        {
            var named = attribute.NamedArguments[i];
            if (ConstantText.Of(named.Value, scope.Compilation, scope.Type) is not { } value || !CanSet(type, named.Key))
                return null;
            text.Append(i > 0 ? ", " : " { ").Append(TypeReader.Identifier(named.Key)).Append(" = ").Append(value);
        }
        return text.Append(attribute.NamedArguments.Length > 0 ? " }" : "").ToString();

        bool CanReach(ISymbol symbol) => scope.Compilation.IsSymbolAccessibleWithin(symbol, scope.Type);

        bool CanSet(INamedTypeSymbol owner, string name)
        {
            for (var level = owner; level is not null; level = level.BaseType)
            {
                foreach (var member in level.GetMembers(name))
                    return member is IPropertySymbol { SetMethod: { } setter } ? CanReach(setter) : CanReach(member);
            }
            return false;
        }
    }
}
