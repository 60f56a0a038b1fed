using System.Collections;
using System.Runtime.CompilerServices;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>All that an error says: of itself, of the errors inside, and of what lies in their data.</summary>
internal static class ExceptionText
{
    // The text of a stack is made anew each time, from symbols, and takes longer than a run.
    private static readonly ConditionalWeakTable<Exception, string> Texts = [];

    public static string Of(Exception error) => Texts.GetValue(error, static error => error.ToString());

    public static void Note(Evidence evidence, Channel channel, Exception error)
    {
        evidence.Note(channel, Of(error));
        foreach (var property in error.GetType().GetProperties().Where(static property => property.GetIndexParameters().Length == 0 && property.Name != nameof(Exception.StackTrace)))
            evidence.Note(channel, $"{property.Name} = {(property.GetValue(error) is var value && value is Exception inside ? Of(inside) : value)}");
        foreach (DictionaryEntry entry in error.Data)
            evidence.Note(channel, $"{entry.Key} = {entry.Value}");
        foreach (var inner in error is AggregateException several ? several.InnerExceptions : error.InnerException is { } one ? [one] : (IEnumerable<Exception>)[])
            Note(evidence, channel, inner);
    }
}
