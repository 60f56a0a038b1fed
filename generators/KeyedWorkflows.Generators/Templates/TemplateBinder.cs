using System.Text;
using KeyedWorkflows.Generators.Models;
using KeyedWorkflows.Generators.Parsing;

namespace KeyedWorkflows.Generators.Templates;

/// <summary>
/// Takes a template apart and binds its placeholders. A placeholder is exactly <c>{{name.Member}}</c>, or <c>{{name.Member?}}</c> where the value may be null; <c>\{{</c> is literal.
/// Anything else that starts with two braces is a fault: text meant as a placeholder must never reach the model as it is.
/// </summary>
internal static class TemplateBinder
{
    private const string HowToWrite = "A placeholder is exactly `{{name.Member}}`, or `{{name.Member?}}` where it may be null; write `\\{{` for two literal braces.";

    /// <summary>Binds a whole text.</summary>
    public static BoundTemplate Bind(string text, IMemberSource members) => Bind(text, 0, text.Length, members);

    /// <summary>Binds a part of a text. The places of faults are those in the whole text.</summary>
    public static BoundTemplate Bind(string text, int start, int end, IMemberSource members)
    {
        var segments = new List<TemplateSegment>();
        List<TemplateFault>? faults = null;
        var literal = new StringBuilder();
        var position = start;
        while (position < end)
        {
            var open = text.IndexOf("{{", position, end - position, StringComparison.Ordinal);
            if (open < 0)
            {
                literal.Append(text, position, end - position);
                break;
            }
            if (open > position && text[open - 1] == '\\')
            {
                literal.Append(text, position, open - 1 - position).Append("{{");
                position = open + 2;
                continue;
            }
            literal.Append(text, position, open - position);
            var close = text.IndexOf("}}", open + 2, end - open - 2, StringComparison.Ordinal);
            var line = text.IndexOf('\n', open, end - open);
            if (close < 0 || (line >= 0 && line < close))
            {
                (faults ??= []).Add(new(open, 2, "This placeholder is not closed. " + HowToWrite));
                position = open + 2;
                continue;
            }
            var placeholder = text.Substring(open + 2, close - open - 2);
            position = close + 2;
            if (Resolve(placeholder, members, out var message) is { } segment)
            {
                Flush(literal, segments);
                segments.Add(segment);
            }
            else
            {
                (faults ??= []).Add(new(open, position - open, message!, Instead(placeholder, members)));
            }
        }
        Flush(literal, segments);
        return new(new(EquatableArray.From(segments)), EquatableArray.From(faults));
    }

    private static void Flush(StringBuilder literal, List<TemplateSegment> segments)
    {
        if (literal.Length == 0)
            return;
        // A checkout that writes other line ends must not make another prompt.
        segments.Add(new() { Literal = literal.ToString().Replace("\r\n", "\n") });
        literal.Clear();
    }

    /// <summary>The placeholder that was meant: with the nearest name in the place of each that is none, or with the `?` that it lacks. Only one that binds.</summary>
    private static string? Instead(string placeholder, IMemberSource members)
    {
        var parts = placeholder.Trim().TrimEnd('?').Split('.');
        if (!members.TryGetRoot(parts[0], out var current))
        {
            if (Nearest.Of(parts[0], members.RootNames()) is not { } root || !members.TryGetRoot(root, out current))
                return null;
            parts[0] = root;
        }
        for (var i = 1; i < parts.Length && current.Kind != MemberKind.TextByName; i++)
        {
            if (!members.TryGetMember(current, parts[i], out var next))
            {
                if (Nearest.Of(parts[i], members.MemberNames(current)) is not { } name || !members.TryGetMember(current, name, out next))
                    return null;
                parts[i] = name;
            }
            current = next;
        }
        var path = string.Join(".", parts);
        foreach (var meant in (string[])[path, path + "?"])
        {
            if (meant != placeholder && Resolve(meant, members, out _) is not null)
                return "{{" + meant + "}}";
        }
        return null;
    }

    private static TemplateSegment? Resolve(string placeholder, IMemberSource members, out string? message)
    {
        var nullSafe = placeholder.EndsWith("?", StringComparison.Ordinal);
        var path = nullSafe ? placeholder.Substring(0, placeholder.Length - 1) : placeholder;
        var parts = path.Split('.');
        if (!IsIdentifier(parts[0]))
        {
            message = $"`{{{{{placeholder}}}}}` is not a placeholder. {HowToWrite}";
            return null;
        }
        if (!members.TryGetRoot(parts[0], out var current))
        {
            message = $"The prompt has no parameter `{parts[0]}`. {Offer(members.RootNames(), "Use", "Add it to the method's parameters.")}";
            return null;
        }
        if (current.Kind == MemberKind.NotAValue)
        {
            message = $"`{parts[0]}` is a `{current.TypeName}`, not a value to put into a text.";
            return null;
        }

        var ofRun = current.Kind == MemberKind.Run;
        var needsRun = current.IsImplied;
        var access = new StringBuilder(current.Identifier);
        string? nullable = null;
        for (var i = 1; ; i++)
        {
            if (current.Kind == MemberKind.Secret)
            {
                message = $"`{string.Join(".", parts, 0, i)}` is a secret, and a prompt goes to the model's provider. Remove the placeholder.";
                return null;
            }
            if (nullable is null && (current.IsNullable || (current.IsOblivious && nullSafe)))
                nullable = string.Join(".", parts, 0, i);
            if (i == parts.Length)
                break;
            if (current.Kind == MemberKind.TextByName)
            {
                var key = string.Join(".", parts, i, parts.Length - i);
                if (!IsKey(key))
                {
                    message = $"`{key}` is not the name of a label. {HowToWrite}";
                    return null;
                }
                access.Insert(0, "global::KeyedWorkflows.Runtime.PromptText.ByName(").Append(", \"").Append(key).Append("\")");
                current = new() { Name = key, Identifier = key, Kind = MemberKind.String, IsNullable = true };
                i = parts.Length - 1;
                continue;
            }
            if (!IsIdentifier(parts[i]))
            {
                message = $"`{{{{{placeholder}}}}}` is not a placeholder. {HowToWrite}";
                return null;
            }
            if (!members.TryGetMember(current, parts[i], out var next))
            {
                message = $"`{current.TypeName}` has no public property or field `{parts[i]}` that a placeholder can reach. {Offer(members.MemberNames(current), "It has", "")}".TrimEnd();
                return null;
            }
            access.Append(current.IsNullable || (current.IsOblivious && nullSafe) ? "?." : ".").Append(next.Identifier);
            current = next;
        }

        if (current.Kind == MemberKind.Run)
        {
            message = $"`{path}` is the run, not a value. Name one of its members, such as `{{{{{path}.Tenant}}}}`.";
            return null;
        }
        // The run's values are nullable for the author of every workflow alike: without `?` a prompt demands that they are there.
        if (nullable is not null && !nullSafe && !ofRun)
        {
            message = $"`{nullable}` may be null. Write `{{{{{path}?}}}}` to put in nothing then, or make it not nullable.";
            return null;
        }
        message = null;
        var isText = current.Kind == MemberKind.String;
        var mayBeNull = nullable is not null && nullSafe;
        if (nullable is not null && !nullSafe)
            access.Append('!');
        return new()
        {
            Placeholder = placeholder,
            Access = access.ToString(),
            Text = (isText, mayBeNull) switch
            {
                (true, false) => PlaceholderText.String,
                (true, true) => PlaceholderText.NullableString,
                (false, false) => PlaceholderText.Value,
                _ => PlaceholderText.NullableValue,
            },
            NeedsRun = needsRun,
        };
    }

    private static string Offer(IReadOnlyList<string> names, string verb, string otherwise)
    {
        const int most = 8;
        if (names.Count == 0)
            return otherwise;
        var text = new StringBuilder(verb).Append(' ');
        for (var i = 0; i < names.Count && i < most; i++)
            text.Append(i == 0 ? "`" : ", `").Append(names[i]).Append('`');
        return text.Append(names.Count > most ? " and others." : ".").ToString();
    }

    private static bool IsIdentifier(string text)
    {
        if (text.Length == 0 || !(char.IsLetter(text[0]) || text[0] == '_'))
            return false;
        foreach (var c in text)
        {
            if (!char.IsLetterOrDigit(c) && c != '_')
                return false;
        }
        return true;
    }

    /// <summary>A label's name: letters, digits, <c>_</c>, <c>-</c>, <c>.</c>, <c>:</c>, none of which needs an escape in code.</summary>
    private static bool IsKey(string text)
    {
        if (text.Length == 0)
            return false;
        foreach (var c in text)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('_' or '-' or '.' or ':'))
                return false;
        }
        return true;
    }
}
