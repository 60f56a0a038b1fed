using System.Security.Cryptography;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Tests.Scene;

/// <summary>An operator with a place of their own, who types commands: a store, what wraps its ring, and a directory to work in.</summary>
internal sealed class Operator : IDisposable
{
    private readonly Dictionary<string, string> variables = [];
    private readonly System.Text.StringBuilder everything = new();

    public Operator()
    {
        Directory.CreateDirectory(PathOf("work"));
        RingKeyFile = PathOf("wrapping/key");
        PrivateFiles.CreateDirectory(PathOf("wrapping"));
        PrivateFiles.Write(RingKeyFile, static file => file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)))));
        Set("KEYEDWORKFLOWS_STORE", Store);
        Set("KEYEDWORKFLOWS_RING_KEY_FILE", RingKeyFile);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("kw-cli-").FullName;

    public string Store => PathOf("store");

    public string Database => PathOf("store/database/workflows.db");

    public string RingKeyFile { get; }

    public string Work => PathOf("work");

    /// <summary>All that any command of this operator has written.</summary>
    public string Everything => everything.ToString();

    public bool IsAtTerminal { get; set; } = true;

    public bool HasRichTerminal { get; set; }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Whether standard output is a closed pipe, or a full disk.</summary>
    public bool IsOutputLost { get; set; }

    /// <summary>What is shown when Ctrl-C is pressed, at once; null for nothing.</summary>
    public string? InterruptsAt { get; set; }

    public string Variable(string name) => variables[name];

    public string PathOf(string name) => Path.Combine(Root, name);

    public void Set(string variable, string? value)
    {
        if (value is null)
            variables.Remove(variable);
        else
            variables[variable] = value;
    }

    /// <summary>Types a command.</summary>
    public Task<Ran> RunAsync(params string[] arguments) => RunAsync(Answers.None, arguments);

    /// <summary>Types a command, and a key or a line where it asks for one.</summary>
    public Task<Ran> RunAsync(Answers answers, params string[] arguments) => RunAsync(answers, TestContext.Current.CancellationToken, arguments);

    public Task<Ran> RunAsync(Answers answers, CancellationToken cancellationToken, params string[] arguments) => RunAsync(answers, new(), cancellationToken, arguments);

    /// <summary>Types a command that goes on.</summary>
    public RunningCommand Start(params string[] arguments)
    {
        var interrupt = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var screen = new LiveScreen
        {
            Heard = shown =>
            {
                if (InterruptsAt is { } at && shown.Contains(at, StringComparison.Ordinal))
                    interrupt.Cancel();
            },
        };
        return new RunningCommand(Task.Run(() => RunAsync(Answers.None, screen, interrupt.Token, arguments), CancellationToken.None), interrupt, screen);
    }

    private async Task<Ran> RunAsync(Answers answers, LiveScreen screen, CancellationToken cancellationToken, params string[] arguments)
    {
        using var output = new ScreenWriter(screen);
        using var error = new ScreenWriter(screen);
        var terminal = new Terminal
        {
            Output = output,
            Deliver = IsOutputLost ? static _ => throw new IOException("Nothing takes it.") : null,
            Error = error,
            Input = new StringReader(answers.Input ?? ""),
            ReadHiddenAsync = (ask, end) =>
            {
                ask();
                return answers.HiddenAsync(end);
            },
            IsInputTerminal = IsAtTerminal && !answers.IsPiped,
            IsOutputTerminal = HasRichTerminal,
            Variable = name => variables.GetValueOrDefault(name),
            Directory = Work,
            Time = Time,
            User = "anna",
        };
        var code = await new CommandLine(terminal).RunAsync(arguments, cancellationToken);
        var ran = new Ran(code, output.ToString(), error.ToString());
        lock (everything)
            everything.Append(ran.Screen);
        return ran;
    }

    /// <summary>Stores a profile, as most tests begin.</summary>
    public async Task AddProfileAsync(string name, string tenant, string key, params string[] more) =>
        (await RunAsync(Answers.Hidden(key), ["profiles", "add", name, "--tenant", tenant, "--model", "gpt-4o-mini", .. more])).Succeeds();

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>A key without the digits of ids and marks, of which the store is full: a piece of it stands nowhere by chance.</summary>
    public static string NewKey() => "test-" + RandomNumberGenerator.GetString("ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ", 32);
}
