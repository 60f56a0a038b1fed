using KeyedWorkflows;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TriggerApi.Desk;

// The application of a caller: it knows the workflow's records, the server's address and a token. No provider, no key, no store.
if (args is not [var question] || Environment.GetEnvironmentVariable("BASE") is not { } address || !Secret.TryFrom(Environment.GetEnvironmentVariable("TOKEN"), out var token))
{
    Console.Error.WriteLine("Set BASE and TOKEN to what the host prints, and ask: dotnet run --project samples/02-trigger-api/Caller -- \"Where is my order?\"");
    return 1;
}
var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddWorkflowClients(client =>
{
    client.BaseAddress = new Uri(address);
    client.Token = token;
    client.EndUser = "ada";
});
using var host = builder.Build();
var desk = host.Services.GetRequiredService<ISupportReplyClient>();
try
{
    await foreach (var happened in desk.StreamAsync(new Ticket { Question = question }))
    {
        switch (happened)
        {
            case RunStartedEvent started:
                Console.WriteLine($"paid by {started.Binding.Slots[0].ProfileName}");
                break;
            case TextDeltaEvent delta:
                Console.Write(delta.Text);
                break;
            case RunFinishedEvent<Reply> finished:
                Console.WriteLine();
                Console.WriteLine($"topic {finished.Output.Topic}, {finished.Usage.Calls} calls, {finished.Usage.TotalTokens} tokens");
                break;
        }
    }
    return 0;
}
catch (WorkflowRunException failure)
{
    Console.Error.WriteLine($"{failure.Code}: {failure.Message}");
    return 1;
}
