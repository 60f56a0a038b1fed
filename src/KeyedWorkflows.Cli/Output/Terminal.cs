using Spectre.Console;

namespace KeyedWorkflows.Cli.Output;

/// <summary>Where a command reads and writes, and what it knows of its surroundings. Tests bring their own.</summary>
internal sealed class Terminal
{
    private readonly Lazy<IAnsiConsole> console;

    public Terminal() => console = new(CreateConsole);

    /// <summary>What was asked for.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Writes to <see cref="Output"/> what is told only once, and throws where it does not arrive. Left out: as that writer does.</summary>
    public Action<string>? Deliver { get; init; }

    /// <summary>What goes wrong, and what is said on the way. It need not arrive.</summary>
    public required TextWriter Error { get; init; }

    public required TextReader Input { get; init; }

    /// <summary>Reads a line that is not shown while it is typed. What is given to it asks for that line, and is called when the terminal shows nothing any more.</summary>
    public required Func<Action, CancellationToken, Task<string>> ReadHiddenAsync { get; init; }

    public bool IsInputTerminal { get; init; }

    public bool IsOutputTerminal { get; init; }

    /// <summary>A variable of the environment; null where there is none, or it is empty.</summary>
    public required Func<string, string?> Variable { get; init; }

    public required string Directory { get; init; }

    /// <summary>Who is logged in.</summary>
    public string User { get; init; } = Environment.UserName;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether tables have borders and progress moves: where people look, and did not ask for plain text.</summary>
    public bool IsRich => IsOutputTerminal && Variable("NO_COLOR") is null && Variable("TERM") is not "dumb";

    public IAnsiConsole Console => console.Value;

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess() => new()
    {
        Output = ProcessWriter.OfResults(System.Console.Out),
        Deliver = StandardOutput.WriteSurely,
        Error = ProcessWriter.OfWords(System.Console.Error),
        Input = System.Console.In,
        ReadHiddenAsync = Cli.Input.HiddenLine.ReadAsync,
        IsInputTerminal = !System.Console.IsInputRedirected,
        IsOutputTerminal = !System.Console.IsOutputRedirected,
        Variable = static name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        Directory = System.IO.Directory.GetCurrentDirectory(),
    };

    /// <summary>Says something that is no result: it stays out of what a script reads.</summary>
    public void Say(string sentence) => Error.WriteLine(Printable.Of(sentence));

    /// <exception cref="IOException">It did not get there.</exception>
    public void WriteSurely(string text)
    {
        Output.Flush();
        if (Deliver is not null)
        {
            Deliver(text);
            return;
        }
        Output.Write(text);
        Output.Flush();
    }

    /// <summary>Reads a line. Where the console blocks, it is left to: Ctrl-C ends the waiting.</summary>
    public Task<string?> ReadLineAsync(CancellationToken cancellationToken) => Task.Run(Input.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);

    /// <summary>The same of all that comes, without the mark that some programs put before UTF-8: what is read from a file comes without it, too.</summary>
    public async Task<string> ReadToEndAsync(CancellationToken cancellationToken) => (await Task.Run(Input.ReadToEnd, CancellationToken.None).WaitAsync(cancellationToken)).TrimStart('\uFEFF');

    private IAnsiConsole CreateConsole() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = IsRich ? AnsiSupport.Yes : AnsiSupport.No,
        ColorSystem = IsRich ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.No,
        Out = new AnsiConsoleOutput(Output),
    });
}
