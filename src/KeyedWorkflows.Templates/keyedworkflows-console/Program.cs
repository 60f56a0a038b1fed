using Company.ConsoleApplication1;
using KeyedWorkflows;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Error);

// Scripted models answer without a key and without a network. With a real provider: AddOpenAI(), and the profiles of clients in appsettings.json,
//   { "KeyedWorkflows": { "Profiles": { "client_a": { "Tenant": "client_a", "Provider": "openai" } } } }
// each with its key in the environment, such as KeyedWorkflows__Profiles__client_a__ApiKey.
builder.Services.AddWorkflows()
    .AddScripted(script =>
    {
        script.ForStep("Classify").Answer("""{ "name": "delivery" }""");
        script.ForStep("Draft").Answer("Your order is on its way.");
    })
    .AddScriptedProfile("client_a", tenant: "client_a")
    .AddScriptedProfile("client_b", tenant: "client_b");

using var host = builder.Build();
var desk = host.Services.GetRequiredService<ISupportReplyClient>();

// Client A pays for this run.
var reply = await desk.RunAsync(new Ticket("Where is my order?"), "client_a");
Console.WriteLine($"client_a, {reply.Topic}: {reply.Text}");

try
{
    // Nobody pays for this run: the build says so (warning KW1004), and the host refuses it. Name the profile of the client that pays, as above: "client_b".
    reply = await desk.RunAsync(new Ticket("Is my order there yet?"));
    Console.WriteLine($"client_b, {reply.Topic}: {reply.Text}");
}
catch (WorkflowRunException refused)
{
    Console.WriteLine($"Refused: {refused.Message}");
}
