using System.CommandLine;
using KeyedWorkflows.Cli.Input;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Hosts;

/// <summary>Which host runs are asked of, and with whose token.</summary>
internal sealed class HostOptions
{
    public const string HostVariable = "KEYEDWORKFLOWS_HOST";

    public const string TokenVariable = "KEYEDWORKFLOWS_TOKEN";

    public Option<string?> Host { get; } = new("--host") { Description = $"The host's API, such as http://127.0.0.1:5080/v1. Else {HostVariable}.", HelpName = "URL" };

    public Option<string?> TokenFile { get; } = new("--token-file") { Description = $"A file that holds the token (app-…). Else {TokenVariable}, else it is asked for.", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        command.Options.Add(Host);
        command.Options.Add(TokenFile);
    }

    /// <summary>Reaches the host.</summary>
    /// <param name="call">The command.</param>
    /// <param name="retryFor">How long a host that is busy or away is asked again.</param>
    public async Task<HostApi> OpenAsync(Invocation call, TimeSpan retryFor)
    {
        var text = call.Get(Host) ?? call.Terminal.Variable(HostVariable) ?? throw CommandFault.Usage($"Name the host with --host, or in the variable {HostVariable}.");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
            throw CommandFault.Usage("The host is no address such as https://workflows.example.com/v1: https, or http on this machine, without user name, query and fragment. It is not repeated here.");
        if (address.AbsolutePath == "/")
            address = new Uri(address, "/v1");
        return HostApi.Open(address, await TokenAsync(call), retryFor, call.Terminal.Time);
    }

    private async Task<Secret> TokenAsync(Invocation call)
    {
        Secret token;
        if (call.Get(TokenFile) is { } file)
        {
            var path = call.PathOf(file);
            token = KeyInput.Take(File.Exists(path) ? await File.ReadAllTextAsync(path, call.Cancellation) : throw CommandFault.NotFound("There is no such file of a token."));
        }
        else
        {
            token = call.Terminal.Variable(TokenVariable) is { } variable ? KeyInput.Take(variable) : await KeyInput.ReadAsync(call.Terminal, false, "Token", $"--token-file, or set {TokenVariable},", call.Cancellation);
        }
        return token;
    }
}
