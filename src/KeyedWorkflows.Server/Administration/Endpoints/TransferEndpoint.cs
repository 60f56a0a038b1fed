using System.Text;
using System.Text.Json;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>Many profiles at once: <c>/export</c>, <c>/import</c> and <c>/bulk</c>.</summary>
internal sealed class TransferEndpoint(Operators operators, TimeProvider time)
{
    /// <summary>The longest body, in bytes.</summary>
    public const int MaxBodyBytes = 16 * 1024 * 1024;

    public async Task ExportAsync(HttpContext http)
    {
        var text = Encoding.UTF8.GetBytes(await operators.Profiles(http).ExportAsync(http.RequestAborted).ConfigureAwait(false));
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = text.Length;
        await http.Response.Body.WriteAsync(text, http.RequestAborted).ConfigureAwait(false);
    }

    public async Task ImportAsync(HttpContext http)
    {
        var text = Encoding.UTF8.GetString(await RequestBody.ReadAsync(http, MaxBodyBytes).ConfigureAwait(false));
        var result = await operators.Profiles(http).ImportAsync(text, http.RequestAborted).ConfigureAwait(false);
        await JsonAnswer.WriteAsync(http, 200, result, static (writer, result) =>
        {
            writer.WriteStartObject();
            AdministrationJson.WriteTexts(writer, "created", result.Created);
            AdministrationJson.WriteTexts(writer, "skipped", result.Skipped);
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    public async Task BulkAsync(HttpContext http)
    {
        var clients = await JsonBody.ReadAsync(http, MaxBodyBytes, ClientFields.Read).ConfigureAwait(false);
        var created = await clients.CreateAsync(operators.Profiles(http), http.RequestAborted).ConfigureAwait(false);
        await JsonAnswer.WriteAsync(http, 201, created, (writer, created) => ClientsJson.Write(writer, created, time.GetUtcNow())).ConfigureAwait(false);
    }
}
