using KeyedWorkflows.Cli.Input;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Hosts;

/// <summary>Which host is asked, and with whose token: never one that stands among the arguments.</summary>
internal static class HostAddress
{
    /// <summary>Where a host's trigger API lies, unless its host says otherwise.</summary>
    public const string Trigger = "/v1";

    /// <summary>The same of its administration API.</summary>
    public const string Administration = "/admin/v1";

    public const string HostVariable = "KEYEDWORKFLOWS_HOST";

    public const string TokenVariable = "KEYEDWORKFLOWS_TOKEN";

    public const string AdministrationTokenVariable = "KEYEDWORKFLOWS_ADMIN_TOKEN";

    private const string Noun = "token";

    /// <summary>Reaches the trigger API of a host.</summary>
    /// <param name="call">The command.</param>
    /// <param name="retryFor">How long a host that is busy or away is asked again.</param>
    public static async Task<HostApi> OpenAsync(Invocation call, TimeSpan retryFor)
    {
        var text = call.Host ?? call.Terminal.Variable(HostVariable) ?? throw CommandFault.Usage($"Name the host with --host, or in the variable {HostVariable}.");
        var address = Read(text, Trigger);
        return HostApi.Open(address, await TokenAsync(call, TokenVariable, "Token (app-…)"), retryFor, call.Terminal);
    }

    /// <summary>Reads an address; one without a path is completed, and one that names the other of a host's two APIs is taken for this one.</summary>
    public static Uri Read(string text, string path)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
            throw CommandFault.Usage("The host is no address such as https://workflows.example.com: https, or http on this machine, without user name, query and fragment. It is not repeated here.");
        return address.AbsolutePath.TrimEnd('/') is "" or Trigger or Administration ? new Uri(address, path) : address;
    }

    public static async Task<Secret> TokenAsync(Invocation call, string variable, string prompt)
    {
        if (call.TokenFile is { } file)
        {
            var path = call.PathOf(file);
            return KeyInput.Take(File.Exists(path) ? await File.ReadAllTextAsync(path, call.Cancellation) : throw CommandFault.NotFound("There is no such file as --token-file names."), Noun);
        }
        if (call.Terminal.Variable(variable) is { } value)
            return KeyInput.Take(value, Noun);
        if (!call.Terminal.IsInputTerminal)
            throw CommandFault.Usage($"The token is asked for at a terminal, and standard input is none. Name a file that holds it with --token-file, or set the variable {variable}.");
        return await KeyInput.ReadAsync(call.Terminal, false, prompt, "--token-file", call.Cancellation, Noun);
    }
}
