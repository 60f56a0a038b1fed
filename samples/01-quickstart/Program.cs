using KeyedWorkflows;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quickstart.Desk;
using Quickstart.Orders;
using Quickstart.Provider;
using Quickstart.Report;

var tickets = IncomingTicket.ReadAll(Path.Combine(AppContext.BaseDirectory, "tickets.json"));
var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);

// A provider elsewhere, where the environment names one; then the clients' profiles must be in the configuration. Else a model server on loopback.
Uri? elsewhere = null;
if (Environment.GetEnvironmentVariable("KEYEDWORKFLOWS_OPENAI_ENDPOINT") is { Length: > 0 } address && !(Uri.TryCreate(address, UriKind.Absolute, out elsewhere) && elsewhere.Scheme is "https" or "http"))
    return Refuse("KEYEDWORKFLOWS_OPENAI_ENDPOINT is not an absolute address, such as https://api.openai.com/v1.");
await using var local = elsewhere is null ? await LocalProvider.StartAsync(tickets.Select(ticket => ticket.Client)) : null;
local?.AddProfiles(builder.Configuration);
var keyless = tickets.Select(ticket => KeySetting(ticket.Profile)).Distinct().Where(setting => !Secret.TryFrom(builder.Configuration[setting], out _)).ToList();
if (keyless.Count > 0)
    return Refuse($"The configuration holds no usable {string.Join(", ", keyless)}. See the sample's README.");

using var host = BuildHost(out var refused);
if (host is null)
    return Refuse(refused);
var desk = host.Services.GetRequiredService<ISupportReplyClient>();
Console.WriteLine(local is null ? $"Provider: {elsewhere}, with the profiles of the configuration." : $"Provider: the local model server at {local.Endpoint}. No account, no network.");

var bills = tickets.Select(ticket => ticket.Client).Distinct().ToDictionary(client => client, client => new ClientBill(client, client + "_openai"));
var failures = 0;
foreach (var ticket in tickets)
{
    Console.WriteLine();
    Console.WriteLine($"{ticket.Number} of {ticket.Client}: {ticket.Question}");
    var printer = new RunPrinter(Console.Out);
    try
    {
        await foreach (var happened in Answer(ticket))
        {
            printer.Show(happened);
            if (happened is RunEndedEvent ended)
                bills[ticket.Client].Add(ended.Usage);
        }
    }
    catch (WorkflowRunException failure)
    {
        failures++;
        Console.WriteLine($"  failed ({failure.Code}): {failure.Message}");
    }
}

Console.WriteLine();
if (local is null)
{
    BillTable.Print(bills.Values, Console.Out);
    return failures == 0 ? 0 : 1;
}
var agree = BillTable.Print(bills.Values, local, Console.Out);
var stray = local.StrayRequests(tickets);
Console.WriteLine();
Console.WriteLine(agree ? "The two tables agree." : "The two tables differ.");
Console.WriteLine(stray.Count == 0 ? "No key served another client." : $"Requests under another client's key: {string.Join(", ", stray)}");
return agree && stray.Count == 0 && failures == 0 ? 0 : 1;

// What is set up wrong is said here, before the first run, and never with a value: it may be a key in the wrong place.
IHost? BuildHost(out string refused)
{
    builder.Services.AddSingleton<IOrderBook, OrderBook>();
    try
    {
        builder.Services.AddWorkflows().AddOpenAI(options => options.Endpoint = local?.Endpoint ?? elsewhere);
        var built = builder.Build();
        built.Services.GetRequiredService<ISupportReplyClient>();
        refused = "";
        return built;
    }
    catch (Exception error) when (error is ArgumentException or InvalidOperationException)
    {
        refused = error.Message;
        return null;
    }
}

// The three ways to say who pays. Whichever it is, the run is refused where a profile of another tenant would pay.
IAsyncEnumerable<WorkflowEvent> Answer(IncomingTicket incoming)
{
    var ticket = new Ticket { Number = incoming.Number, Question = incoming.Question };
    var options = new RunOptions { Tenant = incoming.Client };
    return incoming.ChosenBy switch
    {
        PayerChoice.Call => desk.StreamAsync(ticket, incoming.Profile, options),
        PayerChoice.Ticket => desk.StreamAsync(ticket with { Profile = incoming.Profile }, options),
        _ => desk.StreamAsync(ticket with { Key = KeyOf(incoming) }, options),
    };
}

// A client that sends its key with each request; here it is read from where the sample has it.
Secret KeyOf(IncomingTicket incoming) => Secret.From(builder.Configuration[KeySetting(incoming.Profile)]);

static string KeySetting(string profile) => $"KeyedWorkflows:Profiles:{profile}:ApiKey";

static int Refuse(string why)
{
    Console.Error.WriteLine(why);
    return 1;
}
