using System.Security.Cryptography;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>A host in production with everything switched on that shows something, and keys of every kind: in the encrypted store, in configuration, in the call and in the input.</summary>
internal sealed class CanaryHost : IAsyncDisposable
{
    /// <summary>A secret header of profiles.</summary>
    private const string GatewayHeader = "X-Gateway-Key";

    /// <summary>Headers that carry secrets to the provider: all others, addresses and bodies must not.</summary>
    private static readonly string[] KeyHeaders = ["Authorization", "api-key", GatewayHeader];

    private readonly string folder = Directory.CreateTempSubdirectory("kw-canary-").FullName;
    private readonly List<Canary> canaries = [];
    private readonly EventSourceEar eventSources;
    private readonly DiagnosticEar diagnostics;
    private readonly Telemetry telemetry = new();
    private readonly IHost host;

    private CanaryHost(ModelServer server, IReadOnlyList<Play> plays)
    {
        Server = server;
        eventSources = new(Evidence);
        diagnostics = new(Evidence);
        Views = new(Evidence);

        // By the number of the play in the text that is asked.
        server.When(static request => TextOf(request).StartsWith("play ", StringComparison.Ordinal)).Answer(request => AnswerOf(request, plays[int.Parse(TextOf(request).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)]));

        var configured = Draw(Canary.WithSigns("key of configuration"));
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = Environments.Production, DisableDefaults = true, ContentRootPath = folder });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["KeyedWorkflows:Profiles:configured:Tenant"] = "acme",
            ["KeyedWorkflows:Profiles:configured:Provider"] = "openai",
            ["KeyedWorkflows:Profiles:configured:ApiKey"] = configured.Key,
            [$"KeyedWorkflows:Profiles:configured:Headers:{GatewayHeader}"] = Draw(Canary.OfLetters("header of configuration")).Key,
        });
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(new CapturingLoggers(Evidence));
        builder.Services.Configure<ModelCallPolicyOptions>(static options =>
        {
            options.FirstDelay = TimeSpan.Zero;
            options.MaxRetries = 1;
            options.TryTimeout = TimeSpan.FromSeconds(2);
        });
        builder.Services.AddWorkflows()
            .AddOpenAI(options => options.Endpoint = server.Endpoint)
            .AddSqliteStorage(options =>
            {
                options.DatabasePath = Path.Combine(folder, "database", "profiles.db");
                options.KeyRingPath = Path.Combine(folder, "ring");
                options.KeyEncryptionKeyFile = Path.Combine(folder, "wrapping");
                File.WriteAllText(options.KeyEncryptionKeyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(options.KeyEncryptionKeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                StorageOptions = options;
            })
            .UseOpenTelemetry(configure: static telemetry => telemetry.EnableSensitiveData = true)
            .UseLogging();
        host = builder.Build();

        var called = Draw(Canary.WithSigns("key in the call"));
        var given = Draw(Canary.WithSigns("key in the input"));
        var stored = Draw(Canary.WithSigns("key of the store"));
        Payers =
        [
            new("stored profile", stored, RunCredentials.For("stored"), false),
            new("profile of configuration", configured, RunCredentials.For("configured"), false),
            new("key in the call", called, RunCredentials.For(Credential.ApiKey(called.Key)), false),
            new("key in the input", given, RunCredentials.None, true),
        ];
        foreach (var payer in Payers)
            server.Keys.Add(payer.Key.Key);
    }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ModelServer Server { get; }

    public Evidence Evidence { get; } = new();

    public ObjectViews Views { get; }

    public IReadOnlyList<Payer> Payers { get; }

    public StorageOptions? StorageOptions { get; private set; }

    public IServiceProvider Services => host.Services;

    public InProcessTransport Transport => (InProcessTransport)Services.GetRequiredService<WorkflowTransport>();

    public ProfileAdministration Profiles => Services.GetRequiredService<ProfileAdministration>();

    public string Folder => folder;

    public static async Task<CanaryHost> StartAsync(params IReadOnlyList<Play> plays)
    {
        var server = await ModelServer.StartAsync(
            static options =>
            {
                options.EndlessAnswerBytes = 200_000;
                options.MaxRecordedRequests = 100_000;
                options.EmbeddingDimensions = 8;
            },
            Ct);
        var host = new CanaryHost(server, plays);
        await host.host.StartAsync(Ct);
        await host.MakeProfilesAsync();
        host.BreakConfiguration();
        return host;
    }

    /// <summary>A canary that the search knows.</summary>
    public Canary Draw(Canary canary)
    {
        lock (canaries)
            canaries.Add(canary);
        return canary;
    }

    /// <summary>Brings in what lies about at the end, and looks for every key in all of it.</summary>
    public async Task<IReadOnlyList<string>> FindAsync()
    {
        foreach (var request in Server.Requests)
            Evidence.Note(Channel.Requests, $"{request.Path} {string.Join(' ', request.Headers.Where(static header => !KeyHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))} {System.Text.Encoding.UTF8.GetString(request.Body.Span)}");
        Views.NoteAfresh(Services.GetRequiredService<WorkflowTransport>(), Services.GetRequiredService<Hosting.WorkflowHost>(), Profiles);
        NoteFiles();
        await host.StopAsync(Ct);
        host.Dispose();
        NoteFiles();
        telemetry.NoteTo(Evidence);
        return Evidence.Find(new CanarySearch(canaries));
    }

    /// <summary>Has the exporter take the present state of every meter, before one of them ends.</summary>
    public void CollectMetrics() => telemetry.Collect();

    public IReadOnlyCollection<string> HeardSources => eventSources.Heard;

    public async ValueTask DisposeAsync()
    {
        eventSources.Dispose();
        diagnostics.Dispose();
        telemetry.Dispose();
        host.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A configuration that cannot be used: what is wrong with it is logged, and the profiles that were read before go on.</summary>
    private void BreakConfiguration()
    {
        var configuration = (IConfigurationRoot)Services.GetRequiredService<IConfiguration>();
        configuration["KeyedWorkflows:Profiles:faulty:Provider"] = "openai";
        configuration["KeyedWorkflows:Profiles:faulty:ApiKey"] = Draw(Canary.WithSigns("faulty key of configuration")).Key + " and more";
        configuration["KeyedWorkflows:Profiles:faulty:Endpoint"] = Draw(Canary.OfLetters("key in the place of an endpoint")).Key;
        configuration[$"KeyedWorkflows:Profiles:{Draw(Canary.WithSigns("key in the place of a name")).Key}:Provider"] = "openai";
        configuration["KeyedWorkflows:Profiles:other:" + Draw(Canary.OfLetters("key in the place of a field")).Key] = "openai";
        configuration["KeyedWorkflows:DefaultProfile"] = Draw(Canary.WithSigns("key in the place of the default")).Key;
        configuration.Reload();
    }

    /// <summary>Profiles that are used, replaced, rotated and deleted, so that pages are freed.</summary>
    private async Task MakeProfilesAsync()
    {
        Views.Note(await Profiles.CreateAsync(Draft("stored", Payers[0].Key), Ct));
        for (var i = 0; i < 5; i++)
        {
            var made = await Profiles.CreateAsync(Draft($"passing{i}", Draw(Canary.WithSigns("key that was replaced"))), Ct);
            await Profiles.RotateKeyAsync(made.Id, Secret.From(Draw(Canary.WithSigns("key that was rotated to")).Key), Ct);
            await Profiles.SetEnabledAsync(made.Id, false, Ct);
            if (i % 2 == 0)
                await Profiles.DeleteAsync(made.Id, Ct);
        }
        Views.Note(await Profiles.ListAsync(cancellationToken: Ct));
        Views.Note(await Profiles.ExportAsync(Ct));
    }

    private ProfileDraft Draft(string name, Canary key)
    {
        var draft = new ProfileDraft
        {
            Name = name,
            Tenant = "acme",
            Provider = "openai",
            ApiKey = Secret.From(key.Key),
            Headers = new Dictionary<string, Secret> { [GatewayHeader] = Secret.From(Draw(Canary.OfLetters("header of the store")).Key) },
        };
        Views.Note(draft);
        return draft;
    }

    private void NoteFiles()
    {
        // The lock of the node is empty, and open to nobody else.
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => file != StorageOptions!.KeyEncryptionKeyFile && !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            Evidence.Note(Channel.Files, bytes);
        }
    }

    private static string TextOf(ModelRequest request) => request.Operation == ModelOperation.Chat ? request.LastUserMessage : request.Inputs is [var first, ..] ? first : "";

    private static ModelAnswer AnswerOf(ModelRequest request, Play play)
    {
        // A tool is called first: the play is what becomes of its result.
        if (request.Tools.Count > 0 && request.Messages[^1].Role != "tool")
            return ModelAnswer.CallTool("LookUp", """{"order":1}""");
        return play == Play.Success && request.ResponseFormat == "json_schema" ? ModelAnswer.Text("""{"name":"delivery","urgent":false}""")
            : play == Play.Success && request.Operation == ModelOperation.Embeddings ? ModelAnswer.Embedding(1, 2, 3)
            : play.Answer(request);
    }
}
