using KeyedWorkflows.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows;

/// <summary>Maps the server's endpoints.</summary>
public static class WorkflowsEndpointRouteBuilderExtensions
{
    /// <summary>Serves the host's workflows in the contract of Dify's workflow API, and the health of the host beside it. The host's own authentication does not concern these endpoints: each request brings a token.</summary>
    /// <param name="endpoints">The host's routes.</param>
    /// <param name="prefix">Where the API lies: what clients are given as base address.</param>
    /// <returns>All endpoints, for conventions that hold for each.</returns>
    /// <exception cref="InvalidOperationException">The server was not added: <c>AddWorkflows().AddServer()</c>.</exception>
    public static IEndpointConventionBuilder MapWorkflows(this IEndpointRouteBuilder endpoints, string prefix = "/v1")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        var services = endpoints.ServiceProvider;
        var gate = services.GetService<ApiGate>() ?? throw new InvalidOperationException($"{nameof(MapWorkflows)} serves what AddServer() adds: call builder.Services.AddWorkflows().AddSqliteStorage().AddServer() first.");
        prefix = prefix.TrimEnd('/');
        var group = endpoints.MapGroup(prefix);
        var run = services.GetRequiredService<RunEndpoint>();
        var explain = services.GetRequiredService<ExplainEndpoint>();
        var files = services.GetRequiredService<FilesEndpoint>();
        var workflows = services.GetRequiredService<WorkflowsEndpoint>();
        var health = services.GetRequiredService<HealthEndpoint>();

        Post("/workflows/run", run.AnswerAsync);
        Post("/workflows/{workflow_id}/run", run.AnswerAsync);
        Post("/workflows/explain", explain.AnswerAsync);
        Post("/workflows/{workflow_id}/explain", explain.AnswerAsync);
        Post("/workflows/tasks/{task_id}/stop", services.GetRequiredService<StopEndpoint>().AnswerAsync);
        Post("/files/upload", files.UploadAsync);
        Get("/files/{file_id}", files.DownloadAsync);
        Get("/workflows/run/{run_id}", services.GetRequiredService<RunDetailEndpoint>().AnswerAsync);
        Get("/workflow/{run_id}/events", services.GetRequiredService<EventsEndpoint>().AnswerAsync);
        Get("/workflows/logs", services.GetRequiredService<LogsEndpoint>().AnswerAsync);
        Get("/workflows", workflows.ListAsync);
        Get("/workflows/{workflow_id}", workflows.ShowAsync);
        Get("/info", workflows.InfoAsync);
        Get("/parameters", workflows.ParametersAsync);
        Get("/openapi.json", workflows.OpenApiAsync);
        group.MapGet("/health/live", gate.Open(HealthEndpoint.LiveAsync));
        group.MapGet("/health/ready", gate.Open(health.ReadyAsync));
        group.Map("/{**rest}", gate.Guard(static (_, _) => throw ApiError.NotFound("There is nothing at this address and method.").ToException()));

        // Keys stand in the bodies: a host that logs bodies does not log these.
        services.GetRequiredService<UnloggedBodies>().Add(prefix);
        group.WithHttpLogging(HttpLoggingFields.None).WithMetadata(new ApiPrefix(prefix)).DisableAntiforgery();
        return group;

        void Get(string pattern, Func<HttpContext, ApiCaller, Task> answer) => group.MapGet(pattern, gate.Guard(answer));
        void Post(string pattern, Func<HttpContext, ApiCaller, Task> answer) => group.MapPost(pattern, gate.Guard(answer));
    }
}
