using System.Collections;
using System.Text;

namespace KeyedWorkflows;

/// <summary>What an error says of itself. Each part is null where the error's own code failed to say it.</summary>
/// <param name="Message">Its message.</param>
/// <param name="Description">Message, stack and inner errors, as <see cref="Exception.ToString"/> gives them.</param>
/// <param name="Whole">The description, and all that lies in <see cref="Exception.Data"/> of it and of the errors inside: whatever a logger may write.</param>
internal sealed record ErrorText(string? Message, string? Description, string? Whole)
{
    public static ErrorText Of(Exception error)
    {
        string? message = null;
        string? description = null;
        try
        {
            message = error.Message;
            description = error.ToString();
            var whole = new StringBuilder(description).AppendLine();
            AddParts(error, whole);
            return new(message, description, whole.ToString());
        }
        catch (Exception)
        {
            // An error that cannot say what it is: nobody knows what it would say elsewhere.
            return new(message, description, null);
        }
    }

    private static void AddParts(Exception error, StringBuilder whole)
    {
        // Its own text may leave its message, and those of the errors inside, out.
        whole.AppendLine(error.Message).AppendLine(error.Source).AppendLine(error.HelpLink);
        foreach (DictionaryEntry entry in error.Data)
            whole.Append(entry.Key).Append(' ').Append(entry.Value).AppendLine();
        if (error is AggregateException several)
        {
            foreach (var inner in several.InnerExceptions)
                AddParts(inner, whole);
        }
        else if (error.InnerException is { } inner)
        {
            AddParts(inner, whole);
        }
    }
}
