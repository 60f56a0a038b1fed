using KeyedWorkflows;
using KeyedWorkflows.AotSmoke;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

// Runs one workflow in a native program: exit code 0 where structured output, tool, binding and usage all came out right.
var key = "key-" + Guid.NewGuid().ToString("N");
await using var server = await ModelServer.StartAsync(options => options.Keys.Add(key));
server.When(request => request.Messages[^1].Role == "user").CallTool("Weather", """{"city":"Lisbon","day":1}""");
server.When(request => request.Messages[^1] is { Role: "tool", Text: var told } && told.Contains("Lisbon, day 1: dry", StringComparison.Ordinal))
    .AnswerJson("""{"title":"Lisbon in two days","stops":[{"place":"Alfama","day":1},{"place":"Belém","day":2}]}""");

var services = new ServiceCollection();
services.AddWorkflows().AddOpenAI(options => options.Endpoint = server.Endpoint);
await using var provider = services.BuildServiceProvider();
var client = provider.GetRequiredService<IPlanTripClient>();

var run = await client.StartAsync(new TripRequest("Lisbon", 2), Credential.ApiKey(key));
var plan = await run.Output;
Console.WriteLine($"{plan.Title}: {string.Join(", ", plan.Stops.Select(stop => $"{stop.Place} on day {stop.Day}"))}; {run.Usage.Calls} calls, {run.Usage.TotalTokens} tokens.");

var refused = "";
try
{
    await client.RunAsync(new TripRequest("Lisbon", 99), Credential.ApiKey(key));
}
catch (WorkflowRunException failure)
{
    refused = failure.Code;
}
return plan is { Stops.Count: 2 } && run.Usage.Calls == 2 && server.Usage(key).Requests == 2 && refused == WorkflowErrorCodes.InvalidInput ? 0 : 1;
