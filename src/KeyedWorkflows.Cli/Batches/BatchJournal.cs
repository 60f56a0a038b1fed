using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Batches;

/// <summary>
/// What became of each row, in a file beside the output that outlives the process: a line of JSON for each that ended, on the disk before it counts. A line that was cut off is of a row that is asked for again, under the same key:
/// the host answers with the run that it made. Safe for use from several threads.
/// </summary>
internal sealed class BatchJournal : IDisposable
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true };

    private readonly Dictionary<int, RowResult> results;
    private readonly FileStream file;
    private readonly Lock gate = new();

    private BatchJournal(Dictionary<int, RowResult> results, FileStream file)
    {
        this.results = results;
        this.file = file;
    }

    public IReadOnlyCollection<RowResult> Results
    {
        get
        {
            lock (gate)
                return [.. results.Values];
        }
    }

    /// <summary>Where the journal of an output lies.</summary>
    public static string PathOf(string output) => output + ".journal";

    /// <summary>Begins a journal, or goes on with one.</summary>
    /// <param name="output">The output that it is of.</param>
    /// <param name="batch">A mark of the inputs and the workflow.</param>
    /// <param name="resume">Whether one that is there is gone on with.</param>
    /// <exception cref="CommandFault">There is one already, or it is of other inputs.</exception>
    public static BatchJournal Open(string output, string batch, bool resume)
    {
        var path = PathOf(output);
        if (!File.Exists(path))
        {
            if (File.Exists(output))
                throw CommandFault.Conflict(resume ? "The output is there and no journal beside it: all its rows are done. Name another file to begin anew." : "There is a file of the output's name already. Name another.");
            PrivateFiles.Write(path, file => file.Write(Line(new Head(batch))));
        }
        else if (!resume)
        {
            throw CommandFault.Conflict("A journal of a batch that did not end lies beside the output: go on with --resume, or delete it to begin anew.");
        }
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw CommandFault.Conflict("Another process goes on with this batch now.");
        }
        try
        {
            return new BatchJournal(Read(stream, batch), stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public RowResult? Of(int row)
    {
        lock (gate)
            return results.GetValueOrDefault(row);
    }

    public void Add(RowResult result)
    {
        lock (gate)
        {
            file.Write(Line(result));
            file.Flush(flushToDisk: true);
            results[result.Row] = result;
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>The key by which the host knows a row's run again: of the file, the row, what it asks for, and which try it is.</summary>
    public static string KeyOf(string batch, int row, byte[] body, int attempt)
    {
        var mark = Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{batch}\n{row}\n{attempt}\n"));
        return "row-" + Convert.ToHexStringLower(SHA256.HashData([.. mark, .. body]));
    }

    private static Dictionary<int, RowResult> Read(FileStream stream, string batch)
    {
        Dictionary<int, RowResult> results = [];
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        var isHead = true;
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                if (isHead)
                {
                    if (JsonSerializer.Deserialize<Head>(line, Options)?.Batch != batch)
                        throw CommandFault.Conflict("The journal beside the output is of another file, workflow or payer, or the file was changed since. Put the file back as it was, or name another output.");
                    isHead = false;
                }
                else if (JsonSerializer.Deserialize<RowResult>(line, Options) is { } result)
                {
                    results[result.Row] = result;
                }
            }
            catch (JsonException)
            {
                throw CommandFault.Conflict("The journal beside the output is damaged, or is none. Name another output.");
            }
        }
        if (isHead)
            throw CommandFault.Conflict("The journal beside the output is damaged, or is none. Name another output.");

        // What was cut off is written over.
        stream.SetLength(whole);
        stream.Seek(whole, SeekOrigin.Begin);
        return results;
    }

    private static byte[] Line<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, Options), (byte)'\n'];

    private sealed record Head(string Batch);
}
