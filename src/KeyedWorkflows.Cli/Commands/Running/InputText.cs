using System.Text;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Running;

/// <summary>Reads what a run is given.</summary>
internal static class InputText
{
    /// <summary>As much as the server takes of one request, and as much of CSV as fits in memory well.</summary>
    private const long MostBytes = 256L * 1024 * 1024;

    /// <summary>What is of another encoding would be run, and paid for, with its letters replaced.</summary>
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static async Task<string> ReadAsync(Invocation call, string source)
    {
        if (source == "-")
        {
            if (call.Terminal.IsInputTerminal)
                call.Terminal.Say("The input is read from the terminal: Ctrl-D ends it.");
            var text = await call.Terminal.ReadToEndAsync(call.Cancellation);

            // What the console could not decode.
            return text.Contains('\uFFFD', StringComparison.Ordinal) ? throw CommandFault.Usage("What came on standard input is no UTF-8. Nothing was run.") : text;
        }
        var path = call.PathOf(source);
        if (!File.Exists(path))
            throw CommandFault.NotFound("There is no such file of inputs. An input is a file's name, or - for standard input.");
        if (new FileInfo(path).Length > MostBytes)
            throw CommandFault.Refused("The file of inputs is larger than 256 MB: divide it.");
        try
        {
            return await File.ReadAllTextAsync(path, Strict, call.Cancellation);
        }
        catch (DecoderFallbackException)
        {
            throw CommandFault.Usage("The file of inputs is no UTF-8: save it as that. Nothing was run.");
        }
    }

    /// <summary>A workflow's name stands in the address.</summary>
    public static string NameOf(string workflow) => ProfileNames.IsValid(workflow.Split('@')[0]) ? workflow : throw CommandFault.Usage("What was given is no name of a workflow. It is not repeated here.");
}
