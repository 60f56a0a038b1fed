using System.CommandLine;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Cli.Serving;
using KeyedWorkflows.Cli.Stores;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows.Cli.Commands.Serving;

/// <summary>Serves the workflows of an assembly, until it is told to stop.</summary>
internal sealed class ServeCommand : CliCommand
{
    private readonly Option<string> assembly = new("--assembly", "-a") { Description = "The built assembly that holds the workflows.", HelpName = "DLL", Required = true };
    private readonly Option<string[]> urls = new("--urls") { Description = "Where to listen; may be repeated. Left out: http://127.0.0.1:5080, which only this machine reaches.", HelpName = "URL" };
    private readonly Option<string> prefix = new("--prefix") { Description = "Where the API lies.", HelpName = "PATH", DefaultValueFactory = static _ => "/v1" };
    private readonly Option<CaptureLevel> capture = new("--capture") { Description = "How much of each run is recorded. none: states and usage. metadata: inputs, outputs and events too, and who answered each model call. full: the messages of each model call and its answer too.", HelpName = "none|metadata|full", DefaultValueFactory = static _ => CaptureLevel.Metadata };
    private readonly Option<bool> plainHttp = new("--allow-plain-http") { Description = "Takes tokens and keys over plain http from other machines too: only behind a proxy that ends TLS." };
    private readonly Option<bool> administration = new("--administration") { Description = "Serves the administration API too, below /admin/v1, for tokens of 'administrators create'." };
    private readonly Option<bool> environmentKeys = new("--allow-env-keys") { Description = "Profiles may refer to keys in this process's environment (env:NAME), in variables that begin with KEYEDWORKFLOWS_SECRET_." };
    private readonly Option<string?> keyDirectory = new("--key-directory") { Description = "Profiles may refer to keys in files of this directory (file:NAME).", HelpName = "DIR" };
    private readonly Option<bool> verbose = new("--verbose", "-v") { Description = "Logs more, to standard error." };

    public ServeCommand()
        : base("serve", "Serves the workflows of an assembly over HTTP, on the store, until Ctrl-C. Their steps take no services of their own: those need a program of yours.")
    {
        foreach (var option in (Option[])[assembly, urls, prefix, capture, plainHttp, administration, environmentKeys, keyDirectory, verbose])
            Options.Add(option);
    }

    public override IReadOnlyList<string> Examples => ["workflows serve --assembly bin/Release/net10.0/Desk.dll", "workflows serve -a Desk.dll --urls http://127.0.0.1:8080 --store /var/lib/acme"];

    public override async Task<int> RunAsync(Invocation call)
    {
        var addresses = call.Get(urls) is { Length: > 0 } given ? given : ["http://127.0.0.1:5080"];
        foreach (var address in addresses)
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https") || parsed.UserInfo.Length > 0)
                throw CommandFault.Usage("--urls takes addresses such as http://127.0.0.1:5080.");
        }
        var path = call.Get(prefix)!;
        if (!path.StartsWith('/'))
            throw CommandFault.Usage("--prefix begins with a slash, such as /v1.");
        var keys = call.Get(keyDirectory) is { } directory ? call.PathOf(directory) : null;
        if (keys is not null && !Directory.Exists(keys))
            throw CommandFault.NotFound($"There is no directory '{keys}', which --key-directory names: no profile that refers to a file would pay. Make it, for its owner alone, or name another.");
        var settings = call.StoreSettings;
        var workflows = WorkflowAssembly.Load(call.PathOf(call.Get(assembly)!));
        try
        {
            var isThere = SchemaCheck.Run(settings, make: true, mayUpgrade: true);
            await using var app = ServedHost.Create(workflows, settings, new ServedHostOptions
            {
                Urls = addresses,
                Prefix = path,
                Capture = call.Get(capture),
                AllowPlainHttp = call.Get(plainHttp),
                HasAdministration = call.Get(administration),
                AllowEnvironmentKeys = call.Get(environmentKeys),
                KeyDirectory = keys,
                IsVerbose = call.Get(verbose),
                OpenAI = call.OpenAIEndpoint,
            });
            try
            {
                await app.StartAsync(call.Cancellation);
            }
            catch (IOException) when (!call.Cancellation.IsCancellationRequested)
            {
                throw CommandFault.Unavailable("The address cannot be listened on: another program does, or this user may not. Name another with --urls.");
            }
            if (!isThere)
                call.SayMade(settings);
            try
            {
                await TellAsync(call, settings, app, path);
                await app.WaitForShutdownAsync(call.Cancellation);
            }
            catch (OperationCanceledException) when (call.Cancellation.IsCancellationRequested)
            {
                // Told to stop as soon as it served: that is its end, and no fault.
                await app.StopAsync(CancellationToken.None);
            }
        }
        catch (InvalidOperationException refusal) when (refusal.TargetSite?.DeclaringType?.Namespace?.StartsWith("KeyedWorkflows", StringComparison.Ordinal) == true)
        {
            throw CommandFault.Unavailable(StoreWords.Of(refusal.Message));
        }
        return ExitCodes.Done;
    }

    private static async Task TellAsync(Invocation call, StoreSettings settings, Microsoft.AspNetCore.Builder.WebApplication app, string path)
    {
        var names = app.Services.GetRequiredService<WorkflowRegistry>().Workflows.Select(static workflow => workflow.Name).Order(StringComparer.Ordinal).ToArray();
        try
        {
            foreach (var url in app.Urls)
                call.Output.WriteLine($"Serving {string.Join(", ", names)} at {url.TrimEnd('/')}{path.TrimEnd('/')}");
            call.Output.WriteLine($"Store: {settings.Place}. Ctrl-C stops it.");
            call.Output.Flush();
        }
        catch (IOException)
        {
            // Who serves goes on, though nobody reads where.
        }
        if ((await app.Services.GetRequiredService<TokenAdministration>().ListAsync(call.Cancellation)).Count == 0)
            call.Terminal.Say($"There is no token yet, and so nobody may call: workflows tokens create NAME --workflow {names.FirstOrDefault() ?? "NAME"} --pinned-tenant TENANT");
        if (app.Urls.Any(static url => Uri.TryCreate(url, UriKind.Absolute, out var address) && !ServedHost.IsLoopback(address) && address.Scheme == "http"))
            call.Terminal.Say("Other machines reach this address over plain http: their tokens are refused, unless --allow-plain-http is given.");
    }
}
