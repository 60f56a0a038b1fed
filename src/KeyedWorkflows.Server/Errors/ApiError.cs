namespace KeyedWorkflows.Server;

/// <summary>What a caller is told when a request is not done: Dify's envelope, with what the product knows besides. Nothing that the request held is in it.</summary>
internal sealed record ApiError(int Status, string Code, string Message)
{
    /// <summary>When to try again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>One of <see cref="WorkflowErrorCodes"/>, where a run was refused or failed.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The run; null where none began.</summary>
    public string? RunId { get; init; }

    public string? Step { get; init; }

    public string? Slot { get; init; }

    public string? Profile { get; init; }

    /// <summary>What the host's log says of it, and no answer; null where the error is the request's own.</summary>
    public WorkflowRunException? Cause { get; init; }

    /// <summary>What a provider answered, where a key was tried.</summary>
    public int? ProviderStatus { get; init; }

    /// <summary>What is wrong with each of many entries.</summary>
    public IReadOnlyList<EntryProblem>? Problems { get; init; }

    public ApiErrorException ToException() => new(this);

    public static ApiError InvalidParam(string message) => new(400, "invalid_param", message);

    /// <summary>For what does not exist and what the token may not reach: the same to the byte.</summary>
    public static ApiError NotFound(string message) => new(404, "not_found", message);

    public static ApiError Unauthorized { get; } = new(401, "unauthorized", "The Authorization header must hold a valid token: Authorization: Bearer app-…");

    public static ApiError PlainHttp { get; } = new(403, "forbidden", "Tokens and keys are taken over https only. Plain http is for loopback.");

    public static ApiError SecretInQuery { get; } = InvalidParam("The query holds a key or a token. It is not used: addresses are written into logs. Send the token in the Authorization header and a key in the body; and replace what was sent.");

    public static ApiError Stopping { get; } = new(503, "service_unavailable", "The host is stopping, and begins no more runs.") { RetryAfter = TimeSpan.FromSeconds(5) };

    public static ApiError StoreUnavailable { get; } = new(503, "service_unavailable", "The host's store does not answer. Nothing was begun. Try again.") { RetryAfter = TimeSpan.FromSeconds(5), ErrorCode = WorkflowErrorCodes.StoreUnavailable };

    public static ApiError KeyInDoubt { get; } = new(503, "service_unavailable", "The host's store did not answer for so long that the Idempotency-Key may be another request's by now. Nothing was begun. Try again under the same key.")
    {
        RetryAfter = TimeSpan.FromSeconds(5), ErrorCode = WorkflowErrorCodes.StoreUnavailable,
    };

    public static ApiError NotPreparedInTime { get; } = new(503, "service_unavailable", "To choose who pays took longer than an Idempotency-Key is held for that. Nothing was begun. Try again under the same key.")
    {
        RetryAfter = TimeSpan.FromSeconds(5), ErrorCode = WorkflowErrorCodes.Stopped,
    };

    public static ApiError Internal { get; } = new(500, "internal_server_error", "Something went wrong in the host. Its operator finds more in the log, under the X-Request-Id of this answer.");

    public static ApiError TooLarge(int most) => new(413, "request_too_large", $"The body is longer than {most} bytes.");

    public static ApiError TooManyRequests(string message, TimeSpan retryAfter) => new(429, "too_many_requests", message) { RetryAfter = retryAfter };
}
