using Microsoft.Extensions.AI;

namespace KeyedWorkflows.AotSmoke;

/// <summary>Structured output and a tool: what reflection usually does.</summary>
[Workflow("plan-trip")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
public sealed partial class PlanTrip : IWorkflow<TripRequest, Plan>
{
    [Prompt("Plan {{request.Days}} days in {{request.City}}. Ask for the weather first.", Tools = [nameof(Weather)])]
    public partial Task<Plan> Draft(TripRequest request, IChatClient chat, CancellationToken ct);

    [Tool(Description = "The weather of a city on a day of the trip.")]
    public static string Weather(string city, int day) => $"{city}, day {day}: dry";
}
