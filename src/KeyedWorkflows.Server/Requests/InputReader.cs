using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Wire;

namespace KeyedWorkflows.Server;

/// <summary>Reads a request's input as the type that its workflow takes.</summary>
internal static class InputReader
{
    /// <summary>Reads the input, with the files that it refers to, which are still to be fetched. Only here all keys of a request are known: one that repeats them where they would be kept is refused.</summary>
    public static RequestInput Read(WorkflowDefinition workflow, RunRequest request)
    {
        var type = TypeOf(workflow, workflow.InputType);
        var json = request.Body[request.Inputs];
        var offset = request.Inputs.Start.Value;
        if (request.Files is { } range)
        {
            json = WithFiles(json.Span, request.Body[range].Span, type);
            offset = -1;
        }
        object value;
        IReadOnlyList<FileReference> files = [];
        IReadOnlyList<Secret> keys;
        try
        {
            value = FoundInJson<Secret>.Collect(() => FoundInJson<FileReference>.Collect(() => Read(json.Span, type), out files), out keys)
                ?? throw ApiError.InvalidParam("Field 'inputs' is null.").ToException();
        }
        catch (JsonException error)
        {
            throw ApiError.InvalidParam(Explain(error, json.Span, type, offset)).ToException();
        }
        catch (Exception error) when (error is InvalidOperationException or NotSupportedException or ArgumentException or FormatException or OverflowException)
        {
            // The type's own constructor or converter, or half of a surrogate pair.
            throw ApiError.InvalidParam("Field 'inputs' cannot be read as the workflow's input.").ToException();
        }
        var input = new RequestInput(value, files, [.. keys, .. request.Keys]);
        KeptTexts.RefuseKeys(request, input, type);
        return input;
    }

    /// <summary>How a type of a workflow stands on the wire.</summary>
    public static JsonTypeInfo TypeOf(WorkflowDefinition workflow, Type type)
    {
        try
        {
            return WireJson.ForServer(workflow.Json).GetTypeInfo(type);
        }
        catch (NotSupportedException)
        {
            throw new WorkflowRunException(WorkflowErrorCodes.HostMisconfigured, $"There is no JSON metadata for {type}. Add it to the context that [assembly: WorkflowJson(...)] names.");
        }
    }

    private static object? Read(ReadOnlySpan<byte> json, JsonTypeInfo type)
    {
        if (WireJson.WrapperOf(type) is not { } wrapper)
            return JsonSerializer.Deserialize(json, type);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });
        reader.Read();
        var members = new StrictObject(ref reader, (string[])[wrapper], "Field 'inputs'");
        if (members.Next(ref reader) is null)
            throw ApiError.InvalidParam($"Field 'inputs' lacks '{wrapper}'.").ToException();
        var value = JsonSerializer.Deserialize(ref reader, type);
        members.Next(ref reader);
        return value;
    }

    /// <summary>Puts the request's list of files where the input takes files: Dify's clients send them beside the input.</summary>
    private static byte[] WithFiles(ReadOnlySpan<byte> inputs, ReadOnlySpan<byte> list, JsonTypeInfo type)
    {
        JsonPropertyInfo[] takers = [.. type.Properties.Where(static property => IsFile(property.PropertyType) || IsFiles(property.PropertyType))];

        // Dify's clients send an empty list to every workflow. It is an input where one wants a list and is given none.
        if (IsEmpty(list) && !(takers is [var only] && IsFiles(only.PropertyType) && Missing(inputs, type) == only.Name))
            return inputs.ToArray();
        if (takers.Length != 1)
            throw ApiError.InvalidParam(takers.Length == 0 ? "Field 'files': this workflow takes no files." : "Field 'files': this workflow takes files in several inputs. Give each in its own.").ToException();
        var taker = takers[0];
        var value = list;
        if (IsFile(taker.PropertyType))
        {
            var reader = new Utf8JsonReader(list);
            reader.Read();
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            value = list[start..(int)reader.BytesConsumed];
            reader.Read();
            if (reader.TokenType != JsonTokenType.EndArray)
                throw ApiError.InvalidParam("Field 'files': this workflow takes one file.").ToException();
        }
        var inner = inputs[1..^1].Trim(" \t\r\n"u8);
        return [.. "{"u8, .. JsonSerializer.SerializeToUtf8Bytes(taker.Name), .. ":"u8, .. value, .. inner.IsEmpty ? ""u8 : ","u8, .. inner, .. "}"u8];
    }

    private static bool IsEmpty(ReadOnlySpan<byte> list) => list[1..^1].Trim(" \t\r\n"u8).IsEmpty;

    private static bool IsFile(Type type) => type == typeof(WorkflowFile);

    private static bool IsFiles(Type type) => type != typeof(string) && typeof(IEnumerable<WorkflowFile>).IsAssignableFrom(type);

    /// <summary>What is wrong, without a word of what was sent: serializers repeat names and values.</summary>
    private static string Explain(JsonException error, ReadOnlySpan<byte> json, JsonTypeInfo type, int offset)
    {
        if (Missing(json, type) is { } missing)
            return $"Field 'inputs' lacks '{missing}'.";
        foreach (var property in type.Properties)
        {
            if (error.Path is { } path && (path == "$." + property.Name || path.StartsWith($"$.{property.Name}.", StringComparison.Ordinal) || path.StartsWith($"$.{property.Name}[", StringComparison.Ordinal)))
                return $"Field 'inputs.{property.Name}' cannot be read as its type, holds what is not known, or is given twice.";
        }
        return $"Field 'inputs' holds a field that is not known, is given twice or is not of its type{(offset >= 0 ? $", before byte {offset + PositionOf(error, json)} of the body" : "")}. Known are: {string.Join(", ", type.Properties.Select(static property => property.Name))}.";
    }

    private static string? Missing(ReadOnlySpan<byte> json, JsonTypeInfo type)
    {
        var given = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                given.Add(reader.GetString()!);
                reader.Read();
                reader.Skip();
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
        return type.Properties.FirstOrDefault(property => property.IsRequired && !given.Contains(property.Name))?.Name;
    }

    private static int PositionOf(JsonException error, ReadOnlySpan<byte> json)
    {
        var position = 0;
        for (var line = 0L; line < (error.LineNumber ?? 0); line++)
        {
            var end = json[position..].IndexOf((byte)'\n');
            if (end < 0)
                break;
            position += end + 1;
        }
        return (int)Math.Min(json.Length, position + (error.BytePositionInLine ?? 0));
    }
}
