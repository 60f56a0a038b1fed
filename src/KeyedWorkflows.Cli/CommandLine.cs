using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using KeyedWorkflows.Cli.Commands.Administrators;
using KeyedWorkflows.Cli.Commands.Audits;
using KeyedWorkflows.Cli.Commands.Backups;
using KeyedWorkflows.Cli.Commands.Limits;
using KeyedWorkflows.Cli.Commands.Profiles;
using KeyedWorkflows.Cli.Commands.Running;
using KeyedWorkflows.Cli.Commands.Runs;
using KeyedWorkflows.Cli.Commands.Serving;
using KeyedWorkflows.Cli.Commands.Tenants;
using KeyedWorkflows.Cli.Commands.Tokens;
using KeyedWorkflows.Cli.Commands.Usage;
using KeyedWorkflows.Cli.Input;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli;

/// <summary>The program: its commands, and what becomes of a fault. One for each call.</summary>
internal sealed class CommandLine
{
    /// <summary>The version of this command, and of the product's parts that it brings.</summary>
    public static readonly string Version = typeof(WorkflowsBuilder).Assembly.GetName().Version?.ToString(3) ?? "?";

    private readonly Terminal terminal;
    private readonly GlobalOptions options = new();
    private readonly Command root = new("workflows", "Clients, keys, tokens, usage and runs of KeyedWorkflows. A key is asked for at a prompt, or read from standard input; it is never an argument.");

    public CommandLine(Terminal terminal)
    {
        this.terminal = terminal;

        // No RootCommand, which is named as the assembly is: help shows what is typed.
        root.Options.Add(new HelpOption());
        root.Options.Add(new VersionOption());
        foreach (var option in options.All)
            root.Options.Add(option);
        Add(root, "profiles", "The clients' keys, each under a name.", [
            new AddProfileCommand(), new ListProfilesCommand(), new ShowProfileCommand(), new RotateProfileCommand(), new UpdateProfileCommand(), new SwitchProfilesCommand(enable: true), new SwitchProfilesCommand(enable: false), new DeleteProfileCommand(),
            new TestProfileCommand(), new ExportProfilesCommand(), new ImportProfilesCommand(), new ReEncryptProfilesCommand()]);
        Add(root, "tokens", "Who may run which workflows, on whose keys.", [
            new CreateTokenCommand(), new ListTokensCommand(), new ShowTokenCommand(), new RotateTokenCommand(), new UpdateTokenCommand(), new SwitchTokenCommand(enable: true), new SwitchTokenCommand(enable: false), new RevokeTokenCommand()]);
        Add(root, new UsageCommand());
        Add(root, "limits", "What profiles and tokens may use: requests and tokens a minute, budgets of day and month.", [new ShowLimitsCommand(), new SetLimitsCommand()]);
        Add(root, "tenants", "Clients, as a view over profiles and tokens.", [new ListTenantsCommand(), new ShowTenantCommand(), new CheckTenantCommand(), new RemoveTenantCommand()]);
        Add(root, "runs", "What was run, and how it went.", [new ListRunsCommand(), new ShowRunCommand()]);
        Add(root, "administrators", "Who may administer a host over HTTP.", [new CreateAdministratorCommand(), new ListAdministratorsCommand(), new RevokeAdministratorCommand()]);
        Add(root, "audit", "Who changed what, and what was refused, in a chain that shows when it is cut or rewritten.", [new ListAuditCommand(), new VerifyAuditCommand(), new ReportAuditCommand()]);
        Add(root, new ServeCommand());
        Add(root, new RunCommand());
        Add(root, new ExplainCommand());
        Add(root, new GraphCommand());
        Add(root, new BackupCommand());
        var restore = new RestoreCommand();
        Add(restore, new ConfirmRestoreCommand());
        Add(root, restore);
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples(help.Action as HelpAction ?? new HelpAction());
    }

    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            if (ArgumentGuard.FirstFault(arguments) is { } fault)
                throw CommandFault.Usage(fault);

            // A file after @ is one of ours to read, and not more arguments.
            var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0 && parsed.Action is not (HelpAction or HelpWithExamples))
                throw CommandFault.Usage(ParseFaults.Of(parsed, root));
            var code = await parsed.InvokeAsync(
                new InvocationConfiguration { Output = terminal.Output, Error = terminal.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                cancellationToken);
            terminal.Output.Flush();
            return code;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return End(arguments, new CommandFault(ExitCodes.Interrupted, "Interrupted. What was finished stays; nothing was left half done."));
        }
        catch (Exception error)
        {
            return End(arguments, Faults.Of(error));
        }
    }

    /// <summary>Says why it ended: in a sentence, and for scripts in a line of JSON. On standard error, because some results are written where they tell of a failure themselves, and standard output is theirs alone.</summary>
    private int End(IReadOnlyList<string> arguments, CommandFault fault)
    {
        // What was not understood was not read: so the option is looked for as it stands.
        if (!arguments.Contains(options.Json.Name))
        {
            terminal.Say(fault.Message);
            return fault.ExitCode;
        }
        terminal.Error.Write(JsonText.LineOf(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("error"u8);
            json.WriteString("code"u8, ExitCodes.NameOf(fault.ExitCode));
            json.WriteNumber("exit_code"u8, fault.ExitCode);
            json.WriteString("error_code"u8, fault.ErrorCode);
            json.WriteString("message"u8, Printable.Of(fault.Message));
            json.WriteEndObject();
            json.WriteEndObject();
        }));
        terminal.Error.Flush();
        return fault.ExitCode;
    }

    private void Add(Command parent, string name, string description, IReadOnlyList<CliCommand> commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands)
            Add(group, command);
        parent.Subcommands.Add(group);
    }

    private void Add(Command parent, CliCommand command)
    {
        // On a thread of its own: what reads a store or standard input blocks.
        command.SetAction((parsed, cancellationToken) => Task.Run(() => command.RunAsync(new Invocation(terminal, options, parsed, cancellationToken)), CancellationToken.None));
        parent.Subcommands.Add(command);
    }

    /// <summary>The help as it comes, and lines as they are typed.</summary>
    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is CliCommand { Examples: { Count: > 0 } examples })
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (var example in examples)
                    output.WriteLine("  " + example);
                output.WriteLine();
            }
            return code;
        }
    }
}
