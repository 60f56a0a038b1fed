using System.Globalization;
using System.Text.Json.Nodes;

namespace KeyedWorkflows.Cli.Batches;

/// <summary>Makes of a row's cells what a workflow takes, by its schema: a cell is a text unless the schema says otherwise, and an empty one is left out where it may be.</summary>
internal sealed class RowInputs
{
    private readonly (int Column, string Name, string Type, bool IsRequired)[] fields;

    private RowInputs((int Column, string Name, string Type, bool IsRequired)[] fields, HashSet<int> keys)
    {
        this.fields = fields;
        Keys = keys;
    }

    /// <summary>The columns that hold keys: what is in them is sent, and kept nowhere (<see cref="RowKeys"/>).</summary>
    public IReadOnlySet<int> Keys { get; }

    /// <exception cref="CommandFault">A column is no input of the workflow, or an input that it needs is no column.</exception>
    public static RowInputs Of(CsvFile file, JsonNode card, IReadOnlyCollection<string> others)
    {
        var schema = card["input_schema"];
        var properties = schema?["properties"] as JsonObject ?? [];
        HashSet<string> required = [.. (schema?["required"] as JsonArray ?? []).Select(static name => (string)name!)];
        List<(int, string, string, bool)> fields = [];
        HashSet<int> keys = [];
        for (var column = 0; column < file.Columns.Count; column++)
        {
            var name = file.Columns[column];
            if (others.Contains(name))
                continue;
            if (properties[name] is not { } property)
                throw CommandFault.Usage($"Column {column + 1} of the CSV is no input of the workflow, which takes: {string.Join(", ", properties.Select(static one => one.Key))}.{file.SeparatorHint} Nothing was run.");
            fields.Add((column, name, TypeOf(property), required.Contains(name)));
            if ((string?)property["format"] == "password" || (bool?)property["writeOnly"] == true)
                keys.Add(column);
        }
        if (required.Except(fields.Select(static field => field.Item2)).FirstOrDefault() is { } missing)
            throw CommandFault.Usage($"The workflow needs '{missing}', and no column of the CSV is named so. Nothing was run.");
        return new RowInputs([.. fields], keys);
    }

    /// <exception cref="CommandFault">A cell is of another form than the workflow takes.</exception>
    public JsonObject Read(string[] row, int number)
    {
        var inputs = new JsonObject();
        foreach (var (column, name, type, isRequired) in fields)
        {
            var cell = row[column];
            if (cell.Length == 0 && !isRequired)
                continue;
            inputs[name] = type switch
            {
                "integer" => long.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonValue.Create(whole) : throw Malformed("a whole number"),
                "number" => decimal.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var decimals) ? JsonValue.Create(decimals) : throw Malformed("a number"),
                "boolean" => bool.TryParse(cell, out var flag) ? JsonValue.Create(flag) : throw Malformed("true or false"),
                "json" => Json(cell) ?? throw Malformed("JSON"),
                _ => JsonValue.Create(cell),
            };

            CommandFault Malformed(string form) => CommandFault.Usage($"'{name}' of row {number} is not {form}. Nothing was run.");
        }
        return inputs;
    }

    private static string TypeOf(JsonNode property)
    {
        string[] types = property["type"] switch
        {
            JsonArray several => [.. several.Select(static type => (string)type!)],
            JsonValue one => [(string)one!],
            _ => [],
        };
        return types.Contains("string") || (types.Length == 0 && property["enum"] is not null) ? "string"
            : types.FirstOrDefault(static type => type is "integer" or "number" or "boolean") ?? "json";
    }

    private static JsonNode? Json(string cell)
    {
        try
        {
            return JsonNode.Parse(cell);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
