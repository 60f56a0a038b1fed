using System.Collections;
using System.Globalization;

namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>Texts that say where a value came from, so that a value that went astray, is stale or was made twice differs.</summary>
internal static class Provenance
{
    private const int Longest = 100;

    /// <summary>The text of what a step makes of its arguments.</summary>
    public static string Of(string step, IEnumerable<string> arguments)
    {
        var text = $"{step}({string.Join(',', arguments)})";
        return text.Length <= Longest ? text : string.Create(CultureInfo.InvariantCulture, $"{step}({Hash(text):x16})");
    }

    /// <summary>The text of an element of a sequence.</summary>
    public static string Element(string text, int element) => string.Create(CultureInfo.InvariantCulture, $"{text}/{element}");

    /// <summary>The text of a sequence.</summary>
    public static string Sequence(IEnumerable<string> texts) => $"[{string.Join(',', texts)}]";

    /// <summary>The text of a value that a step was given, or a checkpoint holds; <c>-</c> for what is absent.</summary>
    public static string Show(object? value) => value switch
    {
        null => "-",
        IText made => made.Text,
        string text => text,
        IEnumerable items => Sequence(items.Cast<object?>().Select(Show)),
        _ => value.ToString()!,
    };

    /// <summary>A hash that is the same in every process.</summary>
    public static ulong Hash(string text)
    {
        var hash = 14695981039346656037;
        foreach (var c in text)
            hash = (hash ^ c) * 1099511628211;
        return hash ^ (hash >> 32);
    }
}
