using KeyedWorkflows;
using KeyedWorkflows.Storage;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using TriggerApi.Desk;
using TriggerApi.Host;
using TriggerApi.Host.Provider;
using TriggerApi.Host.Seed;

var arguments = new ConfigurationBuilder().AddCommandLine(args).Build();
var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
if (arguments["urls"] is null)
    builder.WebHost.UseUrls($"http://127.0.0.1:{arguments["port"] ?? "5080"}");

// A provider elsewhere, where the environment names one; then the clients' keys must be in the configuration. Else a model server on loopback.
Uri? elsewhere = null;
if (Environment.GetEnvironmentVariable("KEYEDWORKFLOWS_OPENAI_ENDPOINT") is { Length: > 0 } address && !(Uri.TryCreate(address, UriKind.Absolute, out elsewhere) && elsewhere.Scheme is "https" or "http"))
    return Refuse("KEYEDWORKFLOWS_OPENAI_ENDPOINT is not an absolute address, such as https://api.openai.com/v1.");
var keyless = elsewhere is null ? [] : SeededClient.Names.Select(KeySetting).Where(setting => !Secret.TryFrom(builder.Configuration[setting], out _)).ToList();
if (keyless.Count > 0)
    return Refuse($"The configuration holds no usable {string.Join(", ", keyless)}. See the sample's README.");
await using var local = elsewhere is null ? await LocalProvider.StartAsync(SeededClient.Names) : null;
using var directory = new HostDirectory(arguments["data"]);

// The host: workflows, a provider, a store, a server.
builder.Services.AddSingleton<IOrderBook, OrderBook>();
builder.Services.AddWorkflows()
    .AddOpenAI(options => options.Endpoint = local?.Endpoint ?? elsewhere)
    .AddSqliteStorage(directory.Set)
    .AddServer()
    .UseOpenTelemetry();

// Traces and metrics go where OpenTelemetry's own variable says, if it says anything.
if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
{
    builder.Services.AddOpenTelemetry()
        .WithTracing(traces => traces.AddSource("Microsoft.AspNetCore", "KeyedWorkflows").AddOtlpExporter())
        .WithMetrics(metrics => metrics.AddMeter("Microsoft.AspNetCore.Hosting", "KeyedWorkflows").AddOtlpExporter());
}
await using var app = builder.Build();
app.MapWorkflows();
app.MapWorkflowsAdministration();
await app.StartAsync();

var seeder = new Seeder(app.Services.GetRequiredService<ProfileAdministration>(), app.Services.GetRequiredService<TokenAdministration>(), app.Services.GetRequiredService<AdministratorTokens>());
var seeded = await seeder.SeedAsync(client => local?.KeyOf(client) ?? Secret.From(builder.Configuration[KeySetting(client)]), newTokens: arguments["new-tokens"] == "true");
var baseUrl = new Uri(new Uri(app.Urls.First()), "/v1");
if (arguments["seed-file"] is { } seedFile)
{
    if (!seeded.CanBeShown)
    {
        await app.StopAsync();
        return Refuse("No seed file is written: this data has tokens already, which cannot be shown again. Use the file of then, or --new-tokens true, which revokes them and makes new ones.");
    }
    SeedFile.Write(seedFile, baseUrl, seeded, local?.OwnKey);
}
Console.WriteLine(local is null ? $"Provider: {elsewhere}, with the keys of the configuration." : $"Provider: the local model server at {local.Endpoint}. No account, no network.");
Console.WriteLine($"Data: {directory.Path}");
Console.WriteLine($"Workflow {Seeder.Workflow} at {baseUrl}. Ctrl-C stops.");
Console.WriteLine();
if (seeded.CanBeShown)
    TokenTable.Print(seeded, local?.OwnKey, Console.Out);
else
    Console.WriteLine("This data has tokens already. They were shown when they were made, and cannot be shown again: --new-tokens true revokes them and makes new ones.");
await app.WaitForShutdownAsync();
return 0;

// Not under KeyedWorkflows:Profiles, which would be profiles of the configuration's own: these keys go into the store.
static string KeySetting(string client) => $"ClientKeys:{client}";

static int Refuse(string why)
{
    Console.Error.WriteLine(why);
    return 1;
}
