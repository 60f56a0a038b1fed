using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>Looks at what a caller gets as a program does that shows whatever it is given: by text, by JSON through reflection, in a debugger, and as an error.</summary>
internal sealed class ObjectViews(Evidence evidence)
{
    private static readonly JsonSerializerOptions Json = new() { IncludeFields = true, ReferenceHandler = ReferenceHandler.IgnoreCycles, MaxDepth = 64 };

    private readonly DebuggerView debugger = new(evidence);

    public void Note(object? value)
    {
        if (value is null)
            return;
        evidence.Note(Channel.Texts, value is Exception thrown ? ExceptionText.Of(thrown) : value.ToString());
        NoteJson(value, 0);
        debugger.Note(value);
        if (value is Exception error)
            ExceptionText.Note(evidence, Channel.Exceptions, error);
    }

    /// <summary>Objects change: looks again at those that were seen.</summary>
    public void NoteAfresh(params object?[] values)
    {
        var again = new ObjectViews(evidence);
        foreach (var value in values)
            again.Note(value);
    }

    private void NoteJson(object value, int depth)
    {
        // The serializer refuses errors and tasks for one of their parts.
        if (value is Exception or Task)
        {
            NoteParts(value, depth);
            return;
        }
        try
        {
            evidence.Note(Channel.Json, JsonSerializer.Serialize(value, value.GetType(), Json));
        }
        catch (Exception refused) when (refused is NotSupportedException or InvalidOperationException or JsonException or AggregateException or WorkflowRunException)
        {
            evidence.Note(Channel.Json, refused.ToString());
            NoteParts(value, depth);
        }
    }

    /// <summary>A serializer that leaves out what it cannot write, as loggers have them, writes the rest.</summary>
    private void NoteParts(object value, int depth)
    {
        if (depth == 4)
            return;
        foreach (var property in value.GetType().GetProperties().Where(static property => property.GetIndexParameters().Length == 0 && property.GetMethod is { IsStatic: false }))
        {
            if (typeof(Type).IsAssignableFrom(property.PropertyType) || typeof(System.Reflection.MemberInfo).IsAssignableFrom(property.PropertyType) || property.Name == nameof(Exception.StackTrace))
                continue;
            try
            {
                if (property.GetValue(value) is { } part)
                    NoteJson(part, depth + 1);
            }
            catch (System.Reflection.TargetInvocationException failed)
            {
                evidence.Note(Channel.Json, failed.ToString());
            }
        }
    }
}
