using System.Net.Http.Headers;
using Refit;

namespace KeyedWorkflows.Client;

/// <summary>Makes the API of a server, with its token.</summary>
internal static class ApiClient
{
    public static IWorkflowApi Over(HttpClient http, WorkflowClientOptions options)
    {
        // After whatever else configured the client: the token goes to the address that was checked, and nowhere else.
        http.BaseAddress = options.BaseAddress;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Token!.Reveal());

        // A run takes what it takes. Silence of the connection is judged where it is read.
        http.Timeout = Timeout.InfiniteTimeSpan;
        return RestService.ForGenerated<IWorkflowApi>(http);
    }
}
