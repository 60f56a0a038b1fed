using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Reads the services that the workflow's constructor takes.</summary>
internal static class ConstructorReader
{
    public static EquatableArray<ConstructorParameterModel> Read(ParseScope scope)
    {
        if (Choose(scope) is not { } constructor)
            return default;
        var parameters = new List<ConstructorParameterModel>(constructor.Parameters.Length);
        foreach (var parameter in constructor.Parameters)
        {
            var place = ParseScope.PlaceOf(parameter);
            if (TypeReader.HasError(parameter.Type))
            {
                scope.Incomplete();
                continue;
            }
            if (parameter.RefKind != RefKind.None || parameter.IsParams || parameter.Type.IsRefLikeType || parameter.Type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer || TypeReader.IsFileLocal(parameter.Type))
            {
                scope.Fault(Rules.Class, place, $"`{parameter.Name}` is nothing that the service provider can give. Take a service by value, of a type that other files can name.");
                continue;
            }
            string? key = null;
            if (parameter.Find(scope.Known.KeyedServices) is { } keyed)
            {
                key = keyed.ConstructorArguments is [var argument, ..] ? ConstantText.Of(argument, scope.Compilation, scope.Type) : null;
                if (key is null or ConstantText.Null)
                {
                    if (keyed.IsBroken())
                        scope.Incomplete();
                    else
                        scope.Fault(Rules.Class, keyed.Place(scope.CancellationToken), $"[FromKeyedServices] of `{parameter.Name}` names no key. Name a constant that the class can reach, or remove the attribute.");
                    continue;
                }
            }
            var model = scope.Types.Of(parameter.Type);
            parameters.Add(new()
            {
                Name = parameter.Name,
                Type = model,
                ServiceKey = key,
                IsOptional = model.IsNullable || parameter.HasExplicitDefaultValue,
                DefaultValue = parameter.HasExplicitDefaultValue && parameter.ExplicitDefaultValue is { } value ? ConstantText.Of(value, parameter.Type) : null,
            });
        }
        return EquatableArray.From(parameters);
    }

    private static IMethodSymbol? Choose(ParseScope scope)
    {
        IMethodSymbol? only = null;
        IMethodSymbol? marked = null;
        var count = 0;
        foreach (var constructor in scope.Type.InstanceConstructors)
        {
            // The copy constructor of a record.
            if (scope.Type.IsRecord && constructor.IsImplicitlyDeclared && constructor.Parameters.Length == 1)
                continue;
            count++;
            only = constructor;
            if (constructor.Find(scope.Known.ActivatorConstructor) is not null)
                marked = constructor;
        }
        if (marked is not null || count == 1)
            return marked ?? only;
        if (count > 1)
            scope.Fault(Rules.Class, ParseScope.PlaceOf(scope.Type), $"`{scope.Type.Name}` has several constructors, and a run needs to know which to call. Keep one, or mark one [ActivatorUtilitiesConstructor].");
        return null;
    }
}
