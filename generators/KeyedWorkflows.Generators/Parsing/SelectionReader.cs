using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Reads the properties of the input that select a credential: <c>[ApiKey]</c> and <c>[ProfileName]</c>, on properties or on the parameters of a record.</summary>
internal static class SelectionReader
{
    public static EquatableArray<InputSelectionModel> Read(ParseScope scope, SlotTable slots, ITypeSymbol input)
    {
        var selections = new List<InputSelectionModel>(0);
        if (input is not INamedTypeSymbol named || TypeReader.HasError(input))
            return default;
        foreach (var (property, parameter) in InputMembers.Of(named))
        {
            Read(property, property, property.GetAttributes());
            if (parameter is not null)
                Read(property, parameter, parameter.GetAttributes());
        }
        return EquatableArray.From(selections);

        void Read(IPropertySymbol property, ISymbol marked, System.Collections.Immutable.ImmutableArray<AttributeData> attributes)
        {
            foreach (var attribute in attributes)
            {
                var mark = scope.Known.MarkOf(attribute);
                if (mark is Mark.ApiKey or Mark.ProfileName)
                    Add(property, marked, attribute, mark);
            }
        }

        void Add(IPropertySymbol property, ISymbol marked, AttributeData attribute, Mark mark)
        {
            if (attribute.IsBroken() || TypeReader.HasError(property.Type))
            {
                scope.Incomplete();
                return;
            }

            // The input may stand in another assembly: then the fault is said at the workflow.
            var place = ParseScope.PlaceOf(marked) ?? ParseScope.PlaceOf(scope.Type);
            var isKey = mark == Mark.ApiKey;
            var bare = TypeReader.Strip(property.Type);
            if (isKey ? scope.Known.Classify(bare) != KnownType.Secret : bare.SpecialType != SpecialType.System_String)
            {
                scope.Fault(Rules.UnknownSlot, place, isKey
                    ? $"`{property.Name}` is marked [ApiKey], and a key in a plain value ends up in logs and records. Make it a `Secret`."
                    : $"`{property.Name}` is marked [ProfileName] and is no text. Make it a `string`.");
                return;
            }
            if (property.GetMethod is null || !scope.Compilation.IsSymbolAccessibleWithin(property.GetMethod, scope.Type))
            {
                scope.Fault(Rules.UnknownSlot, place, $"`{property.Name}` selects a credential, and the workflow cannot read it. Give it a getter that the workflow's class can reach.");
                return;
            }
            var slot = slots.Select(attribute.Argument<string>() ?? SlotTable.DefaultSlot, attribute);
            if (slot < 0)
                return;
            var kind = isKey ? SelectionKind.ApiKey : SelectionKind.ProfileName;
            foreach (var other in selections)
            {
                if (other.Slot == slot && other.Kind == kind)
                {
                    scope.Fault(Rules.Name, place, $"Another property selects for the slot \"{slots.NameOf(slot)}\" in the same way. Keep one, or name another slot.");
                    return;
                }
            }
            selections.Add(new(slot, TypeReader.Identifier(property.Name), kind, TypeReader.IsNullable(property.Type)));
        }
    }
}
