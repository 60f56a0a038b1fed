using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>Whether what one step gives is what another takes. Exact, but for sequences: those match by element.</summary>
internal static class TypeMatch
{
    /// <summary>Whether a parameter can take what is produced.</summary>
    /// <param name="produced">What a step or the input gives.</param>
    /// <param name="wanted">The parameter.</param>
    /// <param name="conversion">What must be done with a sequence on the way.</param>
    public static bool Feeds(TypeModel produced, ParameterDraft wanted, out SequenceConversion conversion)
    {
        if (wanted.Kind != ParameterKind.ForEachElement)
            return Converts(produced, wanted.Type, out conversion);
        conversion = SequenceConversion.None;
        return GivesElements(produced, wanted.Type);
    }

    /// <summary>Whether a type is another, or a sequence of the same elements.</summary>
    public static bool Converts(TypeModel produced, TypeModel wanted, out SequenceConversion conversion)
    {
        conversion = SequenceConversion.None;
        if (produced.Name == wanted.Name)
            return true;
        if (produced.Sequence == SequenceKind.None || wanted.Sequence == SequenceKind.None || produced.ElementName != wanted.ElementName)
            return false;
        conversion = Conversion(produced.Sequence, wanted.Sequence);
        return true;
    }

    /// <summary>Whether a sequence's elements are of a type. Elements that may be null need a type that is marked so.</summary>
    public static bool GivesElements(TypeModel produced, TypeModel element) =>
        produced.Sequence != SequenceKind.None
        && (produced.ElementName == element.Name || (element.IsNullable && produced.ElementName == element.NullableName));

    /// <summary>What turns one kind of sequence into another of the same elements.</summary>
    public static SequenceConversion Conversion(SequenceKind produced, SequenceKind wanted)
    {
        if (produced == wanted || IsA(produced, wanted))
            return SequenceConversion.None;
        return wanted switch
        {
            SequenceKind.List or SequenceKind.IList or SequenceKind.Collection => SequenceConversion.ToList,
            SequenceKind.ImmutableArray => SequenceConversion.ToImmutableArray,
            _ => SequenceConversion.ToArray,
        };
    }

    /// <summary>Whether the compiler converts without help. An immutable array behind <c>IList&lt;T&gt;</c> would compile and then refuse every change: it is copied.</summary>
    private static bool IsA(SequenceKind produced, SequenceKind wanted) => wanted switch
    {
        SequenceKind.Enumerable => true,
        SequenceKind.ReadOnlyCollection => produced is SequenceKind.Array or SequenceKind.List or SequenceKind.ReadOnlyList or SequenceKind.ImmutableArray,
        SequenceKind.ReadOnlyList => produced is SequenceKind.Array or SequenceKind.List or SequenceKind.ImmutableArray,
        SequenceKind.Collection => produced is SequenceKind.Array or SequenceKind.List or SequenceKind.IList,
        SequenceKind.IList => produced is SequenceKind.Array or SequenceKind.List,
        _ => false,
    };
}
