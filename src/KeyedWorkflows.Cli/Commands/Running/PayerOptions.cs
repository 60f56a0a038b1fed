using System.CommandLine;
using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Hosts;

namespace KeyedWorkflows.Cli.Commands.Running;

/// <summary>Who pays for a run, and for whom it is.</summary>
internal sealed class PayerOptions
{
    private readonly Option<string?> profile = new("--profile") { Description = "The profile that pays, by name. Left out, with --tenant: as the token and the workflow say.", HelpName = "NAME" };
    private readonly Option<string?> tenant = new("--tenant") { Description = "The tenant that pays.", HelpName = "TENANT" };
    private readonly Option<string> user = new("--user") { Description = "Your name for your user.", HelpName = "USER", DefaultValueFactory = static _ => "workflows-cli" };

    public void AddTo(Command command)
    {
        command.Options.Add(profile);
        command.Options.Add(tenant);
        command.Options.Add(user);
    }

    public string? Profile(Invocation call) => call.Get(profile);

    public string? Tenant(Invocation call) => call.Get(tenant);

    public string? User(Invocation call) => call.Get(user);

    public RunBody Body(Invocation call, JsonObject inputs)
    {
        if (Profile(call) is not null && Tenant(call) is not null)
            throw CommandFault.Usage("Give --profile or --tenant, not both.");
        return new RunBody { Inputs = inputs, User = User(call) is { Length: > 0 and <= 255 } name ? name : throw CommandFault.Usage("--user is 1 to 255 characters."), Profile = Profile(call), Tenant = Tenant(call) };
    }
}
