using KeyedWorkflows;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

// A host that a test kills. It says where it listens, and serves until then: KilledHost <directory> <address of the models>.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = args[0], EnvironmentName = Environments.Development });
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.ClearProviders();
builder.Services.AddWorkflows().AddOpenAI(openAI => openAI.Endpoint = new Uri(args[1])).AddSqliteStorage().AddServer();
builder.Services.Configure<ModelCallPolicyOptions>(static options => options.FirstDelay = TimeSpan.FromMilliseconds(5));
var app = builder.Build();
app.MapWorkflows();
await app.StartAsync();
Console.WriteLine(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
await app.WaitForShutdownAsync();
