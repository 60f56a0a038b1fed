using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Batches;

/// <summary>
/// What became of each row, in a file beside the output that outlives the process. Its head holds a random text, drawn for this batch: idempotency keys are made of it, so that a resume asks for the same runs, and the same file run anew for
/// others. Then come lines of JSON: a row is asked for, its run is known, it has ended. The last two are on the disk before they count. A line that was cut off is of a row that is asked for again, under the same key or by its run. Safe for
/// use from several threads.
/// </summary>
internal sealed class BatchJournal : IDisposable
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly Dictionary<int, RowResult> results;
    private readonly Dictionary<int, RowBegun> begun;
    private readonly Head head;
    private readonly FileStream file;
    private readonly Lock gate = new();

    private BatchJournal(Head head, Dictionary<int, RowResult> results, Dictionary<int, RowBegun> begun, FileStream file)
    {
        this.head = head;
        this.results = results;
        this.begun = begun;
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
    /// <param name="batch">A mark of all that the host knows a row again by.</param>
    /// <param name="resume">Whether one that is there is gone on with.</param>
    /// <exception cref="CommandFault">There is one already, or it is of other inputs.</exception>
    public static BatchJournal Open(string output, string batch, bool resume)
    {
        var path = PathOf(output);
        FileText.RefuseDirectory(output);
        if (!Directory.Exists(Path.GetDirectoryName(output)))
            throw CommandFault.NotFound("There is no directory that --out could be written in. Nothing was run.");
        if (!File.Exists(path) && File.Exists(output))
            throw CommandFault.Conflict(resume ? "The output is there and no journal beside it: all its rows are done. Name another file to run and pay them anew." : "There is a file of the output's name already. Name another.");
        if (PrivateFiles.IsLink(path))
            throw CommandFault.Conflict("The journal beside the output is a link, and none is followed. Name another output.");
        var stream = PrivateFiles.TryLock(path) ?? throw CommandFault.Conflict("Another process goes on with this batch now.");
        try
        {
            // An empty one is new, or of a process that was killed before it began. One that was to be gone on with may have ended meanwhile, and have taken its own away.
            if (stream.Length == 0 && File.Exists(output))
            {
                File.Delete(path);
                throw CommandFault.Conflict("Another process has just ended this batch: its output is there. Name another file to run and pay its rows anew.");
            }
            if (stream.Length == 0)
                return Begin(stream, batch);
            if (!resume)
                throw CommandFault.Conflict("A journal of a batch that did not end lies beside the output: go on with --resume, or delete it to begin anew, which runs and pays each row again.");
            return Read(stream, batch);
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

    /// <summary>The row that was asked for, where its end is not known.</summary>
    public RowBegun? Begun(int row)
    {
        lock (gate)
            return begun.GetValueOrDefault(row);
    }

    public void Add(RowBegun row)
    {
        lock (gate)
        {
            file.Write(Line(row));

            // That a row is about to be asked for must outlive the process; its run, which is paid for, the machine too.
            file.Flush(flushToDisk: row.Run is not null);
            begun[row.Row] = row;
        }
    }

    public void Add(RowResult result)
    {
        lock (gate)
        {
            file.Write(Line(result));
            file.Flush(flushToDisk: true);
            results[result.Row] = result;
            begun.Remove(result.Row);
        }
    }

    /// <summary>Takes the journal away of a batch whose rows are all done.</summary>
    public void Delete()
    {
        // First it is let go: Windows deletes no file that is open.
        file.Dispose();
        File.Delete(file.Name);
    }

    public void Dispose() => file.Dispose();

    /// <summary>The key by which the host knows a row's run again: of this batch, the row, what it asks for, and which try it is.</summary>
    public string KeyOf(int row, byte[] body, int attempt)
    {
        var mark = Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{head.Nonce}\n{row}\n{attempt}\n"));
        return "row-" + Convert.ToHexStringLower(SHA256.HashData([.. mark, .. body]));
    }

    private static BatchJournal Begin(FileStream stream, string batch)
    {
        var head = new Head(batch, RandomNumberGenerator.GetHexString(32, lowercase: true));
        stream.Write(Line(head));
        stream.Flush(flushToDisk: true);
        return new BatchJournal(head, [], [], stream);
    }

    private static BatchJournal Read(FileStream stream, string batch)
    {
        Head? head = null;
        Dictionary<int, RowResult> results = [];
        Dictionary<int, RowBegun> begun = [];
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                if (head is null)
                {
                    head = JsonSerializer.Deserialize<Head>(line, Options);
                    if (head?.Batch != batch)
                        throw CommandFault.Conflict("The journal beside the output is of another file, workflow, payer or user, or the file was changed since. Put the file back as it was, or name another output.");
                }
                else if (JsonNode.Parse(line)?["asked_at"] is not null)
                {
                    var row = JsonSerializer.Deserialize<RowBegun>(line, Options)!;
                    begun[row.Row] = row;
                }
                else if (JsonSerializer.Deserialize<RowResult>(line, Options) is { } result)
                {
                    results[result.Row] = result;
                    begun.Remove(result.Row);
                }
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                throw Damaged();
            }
        }
        if (head is null)
            throw Damaged();

        // What was cut off is written over.
        stream.SetLength(whole);
        stream.Seek(whole, SeekOrigin.Begin);
        return new BatchJournal(head, results, begun, stream);
    }

    private static CommandFault Damaged() => CommandFault.Conflict("The journal beside the output is damaged, is none, or is of another version of this command. Name another output.");

    private static byte[] Line<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, Options), (byte)'\n'];

    /// <param name="Batch">A mark of the inputs, the workflow, the payer and the user: of all that the host knows a row again by.</param>
    /// <param name="Nonce">What tells this batch from others of the same.</param>
    private sealed record Head(string Batch, string Nonce);
}
