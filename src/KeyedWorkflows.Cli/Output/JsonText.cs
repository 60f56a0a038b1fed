using System.Text;
using System.Text.Json;

namespace KeyedWorkflows.Cli.Output;

/// <summary>Results for scripts.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n" };

    public static void WriteJson(this Terminal terminal, Action<Utf8JsonWriter> write) => terminal.Output.Write(Of(write));

    /// <summary>The text, with the end of its last line.</summary>
    public static string Of(Action<Utf8JsonWriter> write) => Of(Options, write);

    /// <summary>The same in one line.</summary>
    public static string LineOf(Action<Utf8JsonWriter> write) => Of(default, write);

    private static string Of(JsonWriterOptions options, Action<Utf8JsonWriter> write)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, options))
            write(json);
        return Encoding.UTF8.GetString(text.ToArray()) + "\n";
    }

    public static void WriteList<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
            write(json, item);
        json.WriteEndArray();
    }

    public static void WriteTexts(this Utf8JsonWriter json, string name, IEnumerable<string> texts) => json.WriteList(name, texts, static (json, text) => json.WriteStringValue(text));

    public static void WriteMap(this Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> map)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }
}
