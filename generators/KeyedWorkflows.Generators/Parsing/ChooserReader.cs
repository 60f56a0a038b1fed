using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Reads the methods marked <c>[ChooseProfile]</c>.</summary>
internal static class ChooserReader
{
    public static EquatableArray<ChooserModel> Read(ParseScope scope, MethodTable methods, SlotTable slots, ITypeSymbol? input)
    {
        var choosers = new List<ChooserModel>(methods.Choosers.Count);
        var taken = new HashSet<int>();
        foreach (var method in methods.Choosers)
        {
            if (method.Attribute.IsBroken())
            {
                scope.Incomplete();
                continue;
            }
            var slot = slots.Choose(method.Attribute.Argument<string>() ?? SlotTable.DefaultSlot, method.Attribute);
            if (slot >= 0 && !taken.Add(slot))
                scope.Fault(Rules.Name, ParseScope.PlaceOf(method.Symbol), $"Another method chooses for the slot \"{slots.NameOf(slot)}\" already. Keep one, or name another slot.");
            if (Read(scope, method.Symbol, input, slot) is { } chooser && slot >= 0)
                choosers.Add(chooser);
        }
        return EquatableArray.From(choosers);
    }

    private static ChooserModel? Read(ParseScope scope, IMethodSymbol method, ITypeSymbol? input, int slot)
    {
        var place = ParseScope.PlaceOf(method);
        if (TypeReader.HasError(method.ReturnType))
        {
            scope.Incomplete();
            return null;
        }
        var result = ReturnReading.Of(method, scope.Known, scope.Compilation);
        if (method.IsGenericMethod || method.MethodKind != MethodKind.Ordinary || result.Shape is not (ReturnShape.Value or ReturnShape.TaskOfT or ReturnShape.ValueTaskOfT)
            || result.Result is not { } type || scope.Known.Classify(type) != KnownType.Credential)
        {
            scope.Fault(Rules.Step, place, $"`{method.Name}` chooses a profile and must say which. Return `Credential`, `Task<Credential>` or `ValueTask<Credential>` from a method without type parameters.");
            return null;
        }
        var arguments = new List<ChooserArgumentModel>(method.Parameters.Length);
        foreach (var parameter in method.Parameters)
        {
            if (TypeReader.HasError(parameter.Type))
            {
                scope.Incomplete();
                return null;
            }
            ChooserArgument? argument = scope.Known.Classify(parameter.Type) switch
            {
                KnownType.RunContext => ChooserArgument.RunContext,
                KnownType.CancellationToken => ChooserArgument.CancellationToken,
                _ when input is not null && KnownSymbols.Same(TypeReader.Strip(parameter.Type), TypeReader.Strip(input)) => ChooserArgument.Input,
                _ => null,
            };
            if (argument is null || parameter.RefKind != RefKind.None)
            {
                if (input is not null)
                    scope.Fault(Rules.Step, ParseScope.PlaceOf(parameter), $"`{parameter.Name}` is nothing that a chooser can have: it runs before the first step. Take the input, RunContext or CancellationToken; services come through the constructor.");
                return null;
            }
            arguments.Add(new(argument.Value));
        }
        return new() { Slot = slot, Identifier = TypeReader.Identifier(method.Name), IsStatic = method.IsStatic, Return = result.Shape, Arguments = EquatableArray.From(arguments) };
    }
}
