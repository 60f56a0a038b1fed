using System.Globalization;
using System.Text.Json;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>Reads the values of known fields. Errors name the field.</summary>
internal static class JsonField
{
    private const int MaxText = 4096;
    private const int MaxEntries = 1_000;
    private const int MaxList = 10_000;

    public static string Text(ref Utf8JsonReader reader, string field)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw Wrong(field, "a text");
        return text.Length <= MaxText && !text.Contains('\0', StringComparison.Ordinal) ? text : throw Wrong(field, $"a text of {MaxText} characters at most");
    }

    public static string? OptionalText(ref Utf8JsonReader reader, string field) => reader.TokenType == JsonTokenType.Null ? null : Text(ref reader, field);

    public static bool Flag(ref Utf8JsonReader reader, string field) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Wrong(field, "true or false"),
    };

    public static int? OptionalNumber(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : throw Wrong(field, "a whole number or null");
    }

    public static long? OptionalLongNumber(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : throw Wrong(field, "a whole number or null");
    }

    /// <summary>A key: what an answer showed in a key's place is none.</summary>
    public static Secret Key(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw Wrong(field, "a key: leave it out to keep the one that there is");
        var text = reader.GetString()!;
        if (text.AsSpan().Trim() is [var first and ('"' or '\'' or '`'), .., var last] && first == last)
            throw Wrong(field, "the key without the quotes around it. It is not repeated here");
        return !Secret.IsFingerprint(text) && Secret.TryFrom(text, out var key)
            ? key
            : throw Wrong(field, $"1 to {Secret.MaxLength} printable ASCII characters without spaces or line breaks within: the key itself and nothing else. It is not repeated here");
    }

    /// <summary>A key of a provider. Refused here already where it is a token of ours: a rotation tries it with the provider before it is stored.</summary>
    public static Secret ProviderKey(ref Utf8JsonReader reader, string field)
    {
        var key = Key(ref reader, field);
        return OwnTokens.Fault(key) is { } fault ? throw ApiError.InvalidParam($"Field '{field}': {fault}").ToException() : key;
    }

    public static Uri? OptionalAddress(ref Utf8JsonReader reader, string field)
    {
        if (OptionalText(ref reader, field) is not { } text)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) ? address : throw Wrong(field, "an absolute address or null");
    }

    public static DateTimeOffset? OptionalTime(ref Utf8JsonReader reader, string field)
    {
        if (OptionalText(ref reader, field) is not { } text)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : throw Wrong(field, "a time by ISO 8601 or null");
    }

    public static string[] Texts(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Wrong(field, "a list of texts");
        List<string> texts = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (texts.Count == MaxList)
                throw Wrong(field, $"a list of {MaxList} texts at most");
            texts.Add(Text(ref reader, field));
        }
        return [.. texts];
    }

    public static Dictionary<string, string> Map(ref Utf8JsonReader reader, string field) => Map(ref reader, field, static (ref Utf8JsonReader reader, string field) => Text(ref reader, field));

    /// <summary>Values that are secrets, such as those of headers.</summary>
    public static Dictionary<string, Secret> Keys(ref Utf8JsonReader reader, string field) => Map(ref reader, field, static (ref Utf8JsonReader reader, string field) => Key(ref reader, field));

    public static ApiErrorException Wrong(string field, string type) => ApiError.InvalidParam($"Field '{field}' must be {type}.").ToException();

    public static ApiErrorException Missing(string field, string what) => ApiError.InvalidParam($"Field '{field}' is missing: {what}.").ToException();

    private delegate T Value<out T>(ref Utf8JsonReader reader, string field);

    private static Dictionary<string, T> Map<T>(ref Utf8JsonReader reader, string field, Value<T> read)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Wrong(field, "an object of texts");
        Dictionary<string, T> map = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name.Length > MaxText || map.Count == MaxEntries || !map.TryAdd(name, read(ref reader, field)))
                throw Wrong(field, $"an object of {MaxEntries} entries at most, each name once");
        }
        return map;
    }
}
