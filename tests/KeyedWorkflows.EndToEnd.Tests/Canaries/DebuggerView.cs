using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>
/// What a debugger shows of an object and of all that can be opened beneath it: its line by <see cref="DebuggerDisplayAttribute"/> or text, and the members, private ones too, that are not marked as never to be shown. Of types of
/// others, the line and the elements of collections: what those keep in private is as much the process's memory as a dump is. Each object is looked at once.
/// </summary>
internal sealed partial class DebuggerView(Evidence evidence)
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly ConcurrentDictionary<object, bool> seen = new(ReferenceEqualityComparer.Instance);

    public void Note(object root)
    {
        Stack<(string Path, object? Value)> open = new([(root.GetType().Name, root)]);
        while (open.TryPop(out var one))
        {
            if (one.Value is not { } value)
                continue;
            if (value is string text)
            {
                evidence.Note(Channel.Debugger, $"{one.Path} = {text}");
                continue;
            }
            var type = value.GetType();
            if (type.IsPrimitive || type.IsEnum || value is Type or MemberInfo or Delegate || (!type.IsValueType && !seen.TryAdd(value, true)))
                continue;
            evidence.Note(Channel.Debugger, $"{one.Path} = {LineOf(value, type)}");
            if (IsOurs(type))
            {
                foreach (var (name, part) in PartsOf(value, type))
                    open.Push(($"{Shortened(one.Path)}.{name}", part));
            }
            else if (value is IDictionary pairs)
            {
                foreach (var pair in Elements(pairs.GetEnumerator).Cast<DictionaryEntry>())
                    open.Push(($"{Shortened(one.Path)}[{pair.Key}]", pair.Value));
            }
            else if (value is byte[] bytes)
            {
                evidence.Note(Channel.Debugger, bytes);
            }
            else if (value is IEnumerable elements && IsCollection(type))
            {
                foreach (var element in Elements(elements.GetEnumerator))
                    open.Push(($"{Shortened(one.Path)}[]", element));
            }
            else if (type.IsValueType && type.IsGenericType)
            {
                foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
                    open.Push(($"{Shortened(one.Path)}.{field.Name}", field.GetValue(value)));
            }
        }
    }

    /// <summary>The product, but not the test server and its like, whose business it is to know the keys.</summary>
    private static bool IsOurs(Type type) => type.Namespace is { } name && (name == "KeyedWorkflows" || name.StartsWith("KeyedWorkflows.", StringComparison.Ordinal)) && !name.StartsWith("KeyedWorkflows.Testing", StringComparison.Ordinal)
        && typeof(DebuggerView).Assembly != type.Assembly || typeof(Question) == type || typeof(Planted).IsAssignableFrom(type);

    /// <summary>Not configuration, which shows its values whatever it is asked: a profile from there is as safe as that is.</summary>
    private static bool IsCollection(Type type) => type.IsArray || type.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true;

    private static IEnumerable<(string Name, object? Value)> PartsOf(object value, Type type)
    {
        for (var declaring = type; declaring is not null && declaring != typeof(object); declaring = declaring.BaseType)
        {
            foreach (var field in declaring.GetFields(Members).Where(IsShown))
                yield return (field.Name, field.GetValue(value));
            foreach (var property in declaring.GetProperties(Members).Where(static property => property.CanRead && property.GetIndexParameters().Length == 0 && IsShown(property) && property.Name != nameof(Exception.StackTrace)))
                yield return (property.Name, Got(property, value));
        }
    }

    /// <summary>Runs go on meanwhile: what changes under the look is looked at again when they have ended.</summary>
    private static List<object?> Elements(Func<IEnumerator> open)
    {
        List<object?> elements = [];
        try
        {
            var each = open();
            while (each.MoveNext())
                elements.Add(each.Current);
        }
        catch (InvalidOperationException)
        {
            // Others changed it.
        }
        return elements;
    }

    // In a debug build the compiler hides the field of an automatic property too: one that we hid carries the attribute twice.
    private static bool IsShown(MemberInfo member) => !member.GetCustomAttributes<DebuggerBrowsableAttribute>().Any(static browsable => browsable.State == DebuggerBrowsableState.Never);

    private static object? Got(PropertyInfo property, object value)
    {
        if (property.PropertyType.IsByRefLike || property.PropertyType.IsByRef)
            return null;
        try
        {
            return property.GetValue(value);
        }
        catch (TargetInvocationException failed)
        {
            return failed.InnerException?.ToString();
        }
    }

    private static string LineOf(object value, Type type)
    {
        var shown = !IsOurs(type) ? "" : string.Join(' ', type.GetCustomAttributes<DebuggerDisplayAttribute>().Select(line => Placeholder().Replace(line.Value, match => Evaluate(value, type, match.Groups["member"].Value))));
        try
        {
            return $"{shown} {(value is Exception error ? ExceptionText.Of(error) : value)}";
        }
        catch (Exception refused) when (refused is InvalidOperationException or NotSupportedException)
        {
            return $"{shown} {refused}";
        }
    }

    private static string Evaluate(object value, Type type, string member)
    {
        const BindingFlags any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        return (type.GetProperty(member, any)?.GetValue(value) ?? type.GetField(member, any)?.GetValue(value) ?? (member == "ToString" ? value.ToString() : null))?.ToString() ?? "";
    }

    private static string Shortened(string path) => path.Length > 120 ? "…" + path[^119..] : path;

    [GeneratedRegex(@"\{(?<member>\w+)[^}]*\}")]
    private static partial Regex Placeholder();
}
