using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Templates;

/// <summary>Binds the text of a prompt's file: the user message, or both messages under the lines <c># system</c> and <c># user</c>.</summary>
internal static class PromptFileBinder
{
    private const string SystemLine = "# system";
    private const string UserLine = "# user";

    /// <summary>Binds the file's text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="members">What its placeholders may reach: <see cref="PromptModel.Shapes"/>.</param>
    /// <param name="hasSystem">The attribute has a system message already.</param>
    public static BoundPromptFile Bind(string text, IMemberSource members, bool hasSystem)
    {
        var faults = new List<TemplateFault>();
        var start = text.Length > 0 && text[0] == '\uFEFF' ? 1 : 0;
        var (systemLine, systemCount) = Find(text, start, SystemLine);
        var (userLine, userCount) = Find(text, start, UserLine);
        var first = SkipBlank(text, start, text.Length);
        var hasSections = (systemCount > 0 && userCount > 0) || (systemCount + userCount > 0 && (first == systemLine || first == userLine));
        TemplateModel? system = null;
        TemplateModel? user = null;
        if (!hasSections)
        {
            user = Section(text, start, text.Length, members, faults);
        }
        else
        {
            if (systemCount > 1 || userCount > 1)
                faults.Add(new(first, 1, "The file has two lines `# system` or two lines `# user`. It holds one message of each."));
            if (first != systemLine && first != userLine)
                faults.Add(new(first, 1, "The file has text above its first section. Put it under the line `# system` or `# user`."));
            if (systemLine >= 0)
                system = Section(text, systemLine + SystemLine.Length, userLine > systemLine ? userLine : text.Length, members, faults);
            if (userLine >= 0)
                user = Section(text, userLine + UserLine.Length, systemLine > userLine ? systemLine : text.Length, members, faults);
            if (system is not null && hasSystem)
                faults.Add(new(systemLine, SystemLine.Length, "The attribute has a system message already. Keep one of the two."));
        }
        if (faults.Count == 0 && (user is null || user.Segments.IsEmpty) && (system is null || system.Segments.IsEmpty))
            faults.Add(new(0, 0, "The prompt's file is empty. Write the user message into it."));
        return new(system, user, EquatableArray.From(faults));
    }

    private static TemplateModel Section(string text, int start, int end, IMemberSource members, List<TemplateFault> faults)
    {
        start = SkipBlank(text, start, end);
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        var bound = TemplateBinder.Bind(text, start, end, members);
        foreach (var fault in bound.Faults)
            faults.Add(fault);
        return bound.Template;
    }

    /// <summary>The place of the first line that is just the mark, and how many there are.</summary>
    private static (int Start, int Count) Find(string text, int start, string mark)
    {
        var found = -1;
        var count = 0;
        for (var line = start; line < text.Length;)
        {
            var end = text.IndexOf('\n', line);
            if (end < 0)
                end = text.Length;
            var length = end - line;
            if (length >= mark.Length && string.CompareOrdinal(text, line, mark, 0, mark.Length) == 0 && IsBlank(text, line + mark.Length, end))
            {
                if (count++ == 0)
                    found = line;
            }
            line = end + 1;
        }
        return (found, count);
    }

    private static int SkipBlank(string text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
            start++;
        return start;
    }

    private static bool IsBlank(string text, int start, int end) => SkipBlank(text, start, end) == end;
}
