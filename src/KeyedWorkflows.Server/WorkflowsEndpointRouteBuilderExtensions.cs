using KeyedWorkflows.Server;
using KeyedWorkflows.Storage;
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

    /// <summary>
    /// Serves the administration of the host: profiles, tokens of callers, tenants and usage, for those who hold a token of <see cref="AdministratorTokens"/>. The host's own authentication does not concern these endpoints. Where this
    /// is not called, nothing of it is served.
    /// </summary>
    /// <param name="endpoints">The host's routes.</param>
    /// <param name="prefix">Where the API lies: what operators are given as base address.</param>
    /// <returns>All endpoints, for conventions that hold for each, such as <c>RequireHost</c>.</returns>
    /// <exception cref="InvalidOperationException">The server, or a store, was not added: <c>AddWorkflows().AddSqliteStorage().AddServer()</c>.</exception>
    public static IEndpointConventionBuilder MapWorkflowsAdministration(this IEndpointRouteBuilder endpoints, string prefix = "/admin/v1")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        var services = endpoints.ServiceProvider;
        if (services.GetService<ApiGate>() is null || services.GetService<ProfileAdministration>() is null)
            throw new InvalidOperationException($"{nameof(MapWorkflowsAdministration)} serves what AddServer() adds, of a store: call builder.Services.AddWorkflows().AddSqliteStorage().AddServer() first.");
        prefix = prefix.TrimEnd('/');
        var gate = services.GetRequiredService<AdministrationGate>();
        var group = endpoints.MapGroup(prefix);
        var profiles = services.GetRequiredService<ProfilesEndpoint>();
        var transfer = services.GetRequiredService<TransferEndpoint>();
        var tokens = services.GetRequiredService<TokensEndpoint>();
        var tenants = services.GetRequiredService<TenantsEndpoint>();
        var runs = services.GetRequiredService<RunsEndpoint>();
        var audit = services.GetRequiredService<AuditEndpoint>();
        var administrators = services.GetRequiredService<AdministratorsEndpoint>();

        Map("GET", "/profiles", profiles.ListAsync);
        Map("POST", "/profiles", profiles.CreateAsync);
        Map("GET", "/profiles/{id}", profiles.ShowAsync);
        Map("PUT", "/profiles/{id}", profiles.ReplaceAsync);
        Map("PATCH", "/profiles/{id}", profiles.UpdateAsync);
        Map("DELETE", "/profiles/{id}", profiles.DeleteAsync);
        Map("POST", "/profiles/{id}/rotate", profiles.RotateAsync);
        Map("POST", "/profiles/{id}/enable", profiles.EnableAsync);
        Map("POST", "/profiles/{id}/disable", profiles.DisableAsync);
        Map("POST", "/profiles/{id}/test", profiles.TestAsync);
        Map("GET", "/export", transfer.ExportAsync);
        Map("POST", "/import", transfer.ImportAsync);
        Map("POST", "/bulk", transfer.BulkAsync);
        Map("GET", "/tokens", tokens.ListAsync);
        Map("POST", "/tokens", tokens.CreateAsync);
        Map("GET", "/tokens/{id}", tokens.ShowAsync);
        Map("PUT", "/tokens/{id}", tokens.ReplaceAsync);
        Map("PATCH", "/tokens/{id}", tokens.UpdateAsync);
        Map("DELETE", "/tokens/{id}", tokens.RevokeAsync);
        Map("POST", "/tokens/{id}/rotate", tokens.RotateAsync);
        Map("POST", "/tokens/{id}/enable", tokens.EnableAsync);
        Map("POST", "/tokens/{id}/disable", tokens.DisableAsync);
        Map("GET", "/tenants", tenants.ListAsync);
        Map("GET", "/tenants/{tenant}", tenants.ShowAsync);
        Map("DELETE", "/tenants/{tenant}", tenants.RemoveAsync);
        Map("GET", "/tenants/{tenant}/check", tenants.CheckAsync);
        Map("GET", "/usage", services.GetRequiredService<UsageEndpoint>().AnswerAsync);
        Map("GET", "/limits", services.GetRequiredService<LimitsEndpoint>().ListAsync);
        Map("GET", "/runs", runs.ListAsync);
        Map("GET", "/runs/{id}", runs.ShowAsync);
        Map("GET", "/audit", audit.ReadAsync);
        Map("GET", "/audit/verify", audit.VerifyAsync);
        Map("GET", "/whoami", AdministratorsEndpoint.ShowSelfAsync);
        Map("GET", "/administrators", administrators.ListAsync);
        Map("DELETE", "/administrators/{id}", administrators.RevokeAsync);
        Map("GET", "/openapi.json", static http => JsonAnswer.WriteAsync(http, 200, AdministrationDocument.Of(ApiPrefix.Of(http)), static (writer, document) => document.WriteTo(writer)));
        group.Map("/{**rest}", gate.Guard(static _ => throw ApiError.NotFound("There is nothing at this address and method.").ToException()));

        services.GetRequiredService<UnloggedBodies>().Add(prefix);
        group.WithHttpLogging(HttpLoggingFields.None).WithMetadata(new ApiPrefix(prefix)).DisableAntiforgery();
        return group;

        void Map(string method, string pattern, Func<HttpContext, Task> answer) => group.MapMethods(pattern, [method], gate.Guard(answer));
    }
}
