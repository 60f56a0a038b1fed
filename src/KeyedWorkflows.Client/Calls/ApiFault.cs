using System.Text.Json;

namespace KeyedWorkflows.Client;

/// <summary>Makes of an answer that is no success what the run throws in process.</summary>
internal static class ApiFault
{
    /// <summary>The longest error that is read.</summary>
    private const int MaxBytes = 64 * 1024;

    public static async Task<WorkflowRunException> ReadAsync(HttpResponseMessage answer, string workflow, TimeProvider time, CancellationToken cancellationToken)
    {
        var error = await BodyAsync(answer, cancellationToken).ConfigureAwait(false);
        var told = Text(error, "message");
        var (code, message) = Text(error, "error_code") is { } known ? (known, told) : OfStatus(answer, Text(error, "code"), told);
        return new WorkflowRunException(code, message ?? $"The server answered with {(int)answer.StatusCode}.")
        {
            Workflow = workflow,
            RunId = Text(error, "workflow_run_id"),
            Step = Text(error, "step"),
            Slot = Text(error, "slot"),
            Profile = Text(error, "profile"),
            RetryAfter = RetryAfterOf(answer, time),
        };
    }

    private static (string Code, string? Message) OfStatus(HttpResponseMessage answer, string? code, string? message) => (int)answer.StatusCode switch
    {
        401 => (WorkflowErrorCodes.TokenRefused, "The server refused the token: it is unknown, disabled, expired or of another kind. Ask its operator for one of runs (app-…), and set WorkflowClientOptions.Token. No provider's key was refused."),
        403 => (WorkflowErrorCodes.TokenRefused, message ?? "The server refused the request of this token."),
        404 when answer.Headers.Contains("Idempotent-Replayed") => (WorkflowErrorCodes.ServerFailed, "The server has lost the run whose request it was sent again."),
        404 when code == "not_found" => (WorkflowErrorCodes.WorkflowNotFound, message),
        404 => (WorkflowErrorCodes.WorkflowNotFound, "What answered knows no such address. WorkflowClientOptions.BaseAddress must be the server's API with its prefix, such as https://workflows.example.com/v1."),
        429 => (WorkflowErrorCodes.TooManyRequests, message),
        >= 300 and < 400 => (WorkflowErrorCodes.ServerFailed, "The server answered with a redirection, which is not followed: it would take the token along. Set WorkflowClientOptions.BaseAddress to the address itself."),
        >= 400 and < 500 when code is not null => (WorkflowErrorCodes.InvalidInput, message),
        502 or 503 or 504 => (WorkflowErrorCodes.ConnectionFailed, message ?? $"The server does not answer for now ({(int)answer.StatusCode})."),
        _ => (WorkflowErrorCodes.ServerFailed, message),
    };

    /// <summary>The envelope; null where the answer holds none: then something else answered than the server.</summary>
    private static async Task<JsonElement?> BodyAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/json" || answer.Content.Headers.ContentLength > MaxBytes)
            return null;
        try
        {
            await answer.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken).ConfigureAwait(false);
            using var parsed = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            return parsed.RootElement.ValueKind == JsonValueKind.Object ? parsed.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            return null;
        }
    }

    private static string? Text(JsonElement? error, string field) =>
        error is { } given && given.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static TimeSpan? RetryAfterOf(HttpResponseMessage answer, TimeProvider time)
    {
        var wait = answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait is { } told && told < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
