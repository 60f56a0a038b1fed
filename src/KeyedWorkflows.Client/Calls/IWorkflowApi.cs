using Refit;

namespace KeyedWorkflows.Client;

/// <summary>The calls of the server that the clients make. Answers come as they are: whether one is a stream or an error is for its reader to see.</summary>
internal interface IWorkflowApi
{
    [Post("/workflows/{workflow}/run")]
    Task<HttpResponseMessage> RunAsync(string workflow, [Body] HttpContent body, [Header("Idempotency-Key")] string idempotencyKey, CancellationToken cancellationToken);

    [Post("/workflows/{workflow}/explain")]
    Task<HttpResponseMessage> ExplainAsync(string workflow, [Body] HttpContent body, CancellationToken cancellationToken);

    [Get("/workflow/{runId}/events")]
    Task<HttpResponseMessage> EventsAsync(string runId, [Query] string user, [Header("Last-Event-ID")] string? lastEventId, CancellationToken cancellationToken);

    [Post("/workflows/tasks/{runId}/stop")]
    Task<HttpResponseMessage> StopAsync(string runId, [Body] HttpContent body, CancellationToken cancellationToken);

    [Post("/files/upload")]
    Task<HttpResponseMessage> UploadAsync([Body] HttpContent body, CancellationToken cancellationToken);
}
