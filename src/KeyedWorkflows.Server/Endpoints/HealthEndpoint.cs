using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>GET /health/live</c>: the process answers. <c>GET /health/ready</c>: it takes runs; not when it stops, nor while its store does not answer.</summary>
internal sealed class HealthEndpoint(RunHub hub, StoreHealth store)
{
    public static Task LiveAsync(HttpContext http) => WriteAsync(http, 200, "alive");

    public async Task ReadyAsync(HttpContext http)
    {
        var state = hub.IsStopping ? "stopping" : await store.AnswersAsync(http.RequestAborted).ConfigureAwait(false) ? "ready" : "store_unavailable";
        await WriteAsync(http, state == "ready" ? 200 : 503, state).ConfigureAwait(false);
    }

    private static Task WriteAsync(HttpContext http, int status, string state) => JsonAnswer.WriteAsync(http, status, state, static (writer, state) =>
    {
        writer.WriteStartObject();
        writer.WriteString("status"u8, state);
        writer.WriteEndObject();
    });
}
