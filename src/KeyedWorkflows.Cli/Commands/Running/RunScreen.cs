using System.Globalization;
using System.Text.Json;
using KeyedWorkflows.Cli.Hosts;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Client;

namespace KeyedWorkflows.Cli.Commands.Running;

/// <summary>Shows a run as it goes: steps on standard error, the text that models write on standard output, as the answer in the end where nothing was written.</summary>
internal sealed class RunScreen(Terminal terminal, bool showText)
{
    private string? writing;
    private bool isInLine;

    /// <summary>Whether standard output took something no more: the run goes on all the same, and is paid for.</summary>
    public bool IsLost { get; private set; }

    public void Hear(RunFrame frame)
    {
        switch (frame.Name)
        {
            case RunFrame.Started:
                Step($"run {frame.RunId}");
                foreach (var binding in frame.Data.TryGet("bindings", out var bindings) && bindings.ValueKind == JsonValueKind.Array ? bindings.EnumerateArray() : default)
                    Step($"paid by {binding.Text("profile") ?? "a key of the run"} ({binding.Text("source")})");
                break;
            case "node_started":
                Step($"{frame.Data.Text("title")} …");
                break;
            case "text_chunk" when showText:
                Write(frame.Data);
                break;
            case "node_retry":
                Step($"{frame.Data.Text("title")} is tried again: {frame.Data.Text("error_code")}");
                break;
            case "node_finished":
                Step($"{frame.Data.Text("title")} {frame.Data.Text("status")}{(frame.Data.Seconds("elapsed_time") is { } took ? " in " + Times.Of(took) : "")}");
                break;
            case "node_skipped":
                Step($"{frame.Data.Text("title")} skipped");
                break;
        }
    }

    /// <summary>Tells how it ended.</summary>
    public void End(RunFrame end, bool asJson)
    {
        EndLine();
        if (asJson)
        {
            Try(() => terminal.WriteJson(json => end.Data.WriteTo(json)));
            return;
        }
        if (end.Data.Text("error") is { } error)
            terminal.Say($"The run ended as {end.Data.Text("status")} ({end.Data.Text("error_code")}): {HostWords.Of(error)}");
        else if (end.Data.TryGet("outputs", out var outputs) && outputs.ValueKind == JsonValueKind.Object)
            Try(() => terminal.Output.WriteLine(Printable.OfLines(JsonSerializer.Serialize(outputs, Indented))));
        var usage = end.Data.Usage();
        terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{end.Data.Text("status")}: {usage.Calls} calls, {usage.InputTokens} tokens in, {usage.OutputTokens} out"));
    }

    public void EndLine()
    {
        var ends = isInLine;
        isInLine = false;
        Try(() =>
        {
            if (ends)
                terminal.Output.WriteLine();
            terminal.Output.Flush();
        });
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Nothing is written behind what was lost: what stands there is whole up to that place.</summary>
    private void Try(Action write)
    {
        if (IsLost)
            return;
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            IsLost = true;
        }
    }

    private void Step(string line)
    {
        EndLine();
        writing = null;
        terminal.Say(line);
    }

    private void Write(JsonElement data)
    {
        var step = data.TryGet("from_variable_selector", out var from) && from.ValueKind == JsonValueKind.Array && from.GetArrayLength() > 0 ? from[0].GetString() : null;
        if (writing is not null && step != writing)
            EndLine();
        writing = step;
        var text = Printable.OfLines(data.Text("text") ?? "");
        Try(() =>
        {
            terminal.Output.Write(text);
            terminal.Output.Flush();
        });
        if (text.Length > 0)
            isInLine = text[^1] != '\n';
    }
}
