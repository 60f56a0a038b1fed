using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Batches;

/// <summary>The rows with what became of them, as CSV: written whole, and for their owner alone.</summary>
internal static class BatchOutput
{
    /// <summary>In the place of a key that the file of inputs holds.</summary>
    private const string Hidden = "…";

    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    public static void Write(string path, CsvFile file, IReadOnlySet<int> keys, IReadOnlyCollection<RowResult> results)
    {
        var byRow = results.ToDictionary(static result => result.Row);
        var outputs = results.Where(static result => result.Outputs is not null).SelectMany(static result => result.Outputs!.Select(static one => one.Key)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var text = new StringBuilder();
        Line(text, [.. file.Columns, "run_id", "status", .. outputs.Select(static name => "output." + name), "error_code", "error"]);
        for (var row = 1; row <= file.Rows.Count; row++)
        {
            if (!byRow.TryGetValue(row, out var result))
                continue;
            var cells = file.Rows[row - 1];

            var given = new RowKeys(cells, keys);
            Line(
                text,
                [
                    .. cells.Select((cell, column) => keys.Contains(column) && cell.Length > 0 ? Hidden : given.Without(cell)), result.Run ?? "", result.Status,
                    .. outputs.Select(name => given.Without(Text(result.Outputs?[name]))), result.ErrorCode ?? "", given.Without(result.Error ?? ""),
                ]);
        }
        PrivateFiles.Write(path, output => output.Write(Encoding.GetBytes(text.ToString())));
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(CsvText.Cell)).Append("\r\n");

    private static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonValue one when one.TryGetValue<string>(out var told) => told,
        _ => value.ToJsonString(),
    };
}
