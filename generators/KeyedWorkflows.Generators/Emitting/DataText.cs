using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>The expressions of data: a producer's local, or of several the one that is present, turned into the wanted type.</summary>
internal sealed class DataText(RunLocals locals)
{
    /// <summary>Whether data is present, as a condition; null where it always is.</summary>
    public string? IsPresent(EquatableArray<SourceModel> sources)
    {
        foreach (var source in sources)
        {
            if (!locals.MayBeNull(source))
                return null;
        }
        if (sources.Length == 1)
            return locals.Of(sources[0]) + " is not null";
        var checks = new List<string>();
        foreach (var source in sources)
            checks.Add(locals.Of(source) + " is not null");
        return "(" + string.Join(" || ", checks) + ")";
    }

    /// <summary>The data.</summary>
    /// <param name="sources">The producers.</param>
    /// <param name="wanted">The type of what takes it.</param>
    /// <param name="mayBeAbsent">It takes null for absent data.</param>
    /// <param name="isChecked">That the data is there was asked just before.</param>
    public string Of(EquatableArray<SourceModel> sources, TypeModel wanted, bool mayBeAbsent, bool isChecked)
    {
        if (sources.Length == 1)
            return Single(sources[0], wanted, mayBeAbsent, isChecked);
        var terms = new List<string>();
        var endsPresent = false;
        foreach (var source in sources)
        {
            terms.Add(Term(source, wanted));
            endsPresent = !locals.MayBeNull(source);
            if (endsPresent)
                break;
        }
        var merged = string.Join(" ?? ", terms);
        if (terms.Count == 1 || endsPresent || mayBeAbsent)
            return merged;
        return wanted.IsValueType ? $"({merged})!.Value" : $"({merged})!";
    }

    private string Single(SourceModel source, TypeModel wanted, bool mayBeAbsent, bool isChecked)
    {
        var local = locals.Of(source);
        var given = locals.TypeOf(source);
        var mayBeNull = locals.MayBeNull(source);
        if (mayBeNull && mayBeAbsent)
        {
            return source.Conversion == SequenceConversion.None
                ? local + Marks(given, wanted)
                : $"{local} is null ? default({wanted.NullableName}) : ({wanted.Name})[.. {Present(local, given, mayBeNull, isChecked: true)}]";
        }
        var present = Present(local, given, mayBeNull, isChecked);
        if (source.Conversion == SequenceConversion.None)
            return present.EndsWith("!", StringComparison.Ordinal) ? present : present + Marks(given, wanted);
        return wanted is { IsNullable: true, IsValueType: true } ? $"({wanted.Name})[.. {present}]" : $"[.. {present}]";
    }

    /// <summary>One of several, null where it is absent.</summary>
    private string Term(SourceModel source, TypeModel wanted)
    {
        var local = locals.Of(source);
        var given = locals.TypeOf(source);
        var mayBeNull = locals.MayBeNull(source);
        if (source.Conversion != SequenceConversion.None)
        {
            var converted = $"({wanted.Name})[.. {Present(local, given, mayBeNull, isChecked: true)}]";
            return mayBeNull ? $"({local} is null ? default({wanted.NullableName}) : {converted})" : converted;
        }
        return given.Name == wanted.Name || TypeText.IsDynamic(wanted) ? local : $"({(mayBeNull ? wanted.NullableName : wanted.Name)}){local}{Marks(given, wanted)}";
    }

    /// <summary>A local that is known not to be null.</summary>
    private static string Present(string local, TypeModel given, bool mayBeNull, bool isChecked) => (mayBeNull, given.IsValueType, isChecked) switch
    {
        (false, _, _) => local,
        (true, true, true) => local + ".Value",
        (true, true, false) => local + "!.Value",
        (true, false, true) => local,
        (true, false, false) => local + "!",
    };

    /// <summary>The same type but for nullable marks inside it, which the author has left to us.</summary>
    private static string Marks(TypeModel given, TypeModel wanted) =>
        given.Name == wanted.Name || given.IsValueType || (given.ElementName is not null && given.ElementName == wanted.ElementName) ? "" : "!";
}
