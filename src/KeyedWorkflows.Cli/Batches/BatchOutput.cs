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

            var given = new SecretScrubber([.. keys.Select(column => Secret.TryFrom(cells[column].Trim(), out var key) ? key : (Secret?)null)]);
            Line(
                text,
                [
                    .. cells.Select((cell, column) => keys.Contains(column) && cell.Length > 0 ? Hidden : Without(given, cell)), result.Run ?? "", result.Status,
                    .. outputs.Select(name => Without(given, Text(result.Outputs?[name]))), result.ErrorCode ?? "", Without(given, result.Error ?? ""),
                ]);
        }
        PrivateFiles.Write(path, output => output.Write(Encoding.GetBytes(text.ToString())));
    }

    /// <summary>What whoever made the file, or what answered, has put around a key of the row stays; the key does not, unless it may be a word.</summary>
    private static string Without(SecretScrubber given, string cell) => given.IsIn(cell) ? given.Scrub(cell) : cell;

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(CsvText.Cell)).Append("\r\n");

    private static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonValue one when one.TryGetValue<string>(out var told) => told,
        _ => value.ToJsonString(),
    };
}
