namespace KeyedWorkflows.Testing;

/// <summary>A failure that a <see cref="ModelServer"/> plays in place of an answer. Immutable.</summary>
public sealed class ModelServerFault
{
    private ModelServerFault(FaultKind kind) => Kind = kind;

    private ModelServerFault(ModelServerFault other, TimeSpan retryAfter)
    {
        (Kind, Status, Message, Type, Code) = (other.Kind, other.Status, other.Message, other.Type, other.Code);
        RetryAfter = retryAfter;
    }

    internal FaultKind Kind { get; }

    internal int Status { get; private init; }

    internal string Message { get; private init; } = "";

    internal string? Type { get; private init; }

    internal string? Code { get; private init; }

    internal TimeSpan? RetryAfter { get; private init; }

    internal Uri? Location { get; private init; }

    internal int AfterChunks { get; private init; }

    internal long Bytes { get; private init; }

    /// <summary>Pieces of text that a stream says before it fails.</summary>
    internal int ChunksBefore => Kind is FaultKind.CutStream or FaultKind.ErrorInStream ? AfterChunks : 0;

    /// <summary>
    /// 429, <c>rate_limit_exceeded</c>. <c>Retry-After</c> carries whole seconds, rounded up; a wait that is not whole seconds is told
    /// exactly in <c>retry-after-ms</c> too.
    /// </summary>
    /// <param name="retryAfter">How long to wait; null sends neither header.</param>
    public static ModelServerFault RateLimited(TimeSpan? retryAfter = null)
    {
        if (retryAfter is { } wait)
            ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(retryAfter));
        return new(FaultKind.Error)
        {
            Status = 429, Type = "requests", Code = "rate_limit_exceeded", RetryAfter = retryAfter,
            Message = "Rate limit reached for requests. Please try again later.",
        };
    }

    /// <summary>429, <c>insufficient_quota</c>: the key's account is used up, and waiting does not help.</summary>
    public static ModelServerFault InsufficientQuota() => new(FaultKind.Error)
    {
        Status = 429, Type = "insufficient_quota", Code = "insufficient_quota",
        Message = "You exceeded your current quota, please check your plan and billing details.",
    };

    /// <summary>An error of the provider: 500 unless another status is given, such as 502 or 503.</summary>
    /// <param name="status">The HTTP status, 500 to 599.</param>
    public static ModelServerFault ServerError(int status = 500)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 500);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        return new(FaultKind.Error)
        {
            Status = status, Type = "server_error",
            Message = "The server had an error while processing your request. Sorry about that!",
        };
    }

    /// <summary>Any error in OpenAI's envelope.</summary>
    /// <param name="status">The HTTP status, 400 to 599.</param>
    /// <param name="code">The envelope's <c>code</c>.</param>
    /// <param name="message">The envelope's <c>message</c>.</param>
    /// <param name="type">The envelope's <c>type</c>.</param>
    public static ModelServerFault Error(int status, string? code, string message, string type = "invalid_request_error")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        return new(FaultKind.Error) { Status = status, Code = code, Message = message, Type = type };
    }

    /// <summary>401 with the key in OpenAI's form, first 8 and last 4 characters, though the key is one that is accepted.</summary>
    public static ModelServerFault Unauthorized() => new(FaultKind.MaskKey) { Status = 401 };

    /// <summary>An error whose message and a header (<c>x-refused-key</c>) repeat the request's key in whole, as some gateways do.</summary>
    /// <param name="status">The HTTP status, 400 to 599.</param>
    public static ModelServerFault EchoKeyInError(int status = 401)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        return new(FaultKind.EchoKey) { Status = status };
    }

    /// <summary>404, <c>model_not_found</c>.</summary>
    public static ModelServerFault ModelNotFound() => new(FaultKind.ModelNotFound) { Status = 404 };

    /// <summary>400, <c>content_filter</c>, with Azure's <c>innererror</c>.</summary>
    public static ModelServerFault ContentFiltered() => new(FaultKind.ContentFilter)
    {
        Status = 400, Code = "content_filter",
        Message = "The response was filtered due to the prompt triggering the content management policy.",
    };

    /// <summary>400, <c>context_length_exceeded</c>.</summary>
    /// <param name="maxTokens">The limit that the message names.</param>
    public static ModelServerFault ContextLengthExceeded(int maxTokens = 128_000) => new(FaultKind.Error)
    {
        Status = 400, Type = "invalid_request_error", Code = "context_length_exceeded",
        Message = $"This model's maximum context length is {maxTokens} tokens. Please reduce the length of the messages.",
    };

    /// <summary>A redirect (307) to another address, which a client that guards its key does not follow.</summary>
    /// <param name="location">Where to.</param>
    public static ModelServerFault Redirect(Uri location)
    {
        ArgumentNullException.ThrowIfNull(location);
        return new(FaultKind.Redirect) { Status = 307, Location = location };
    }

    /// <summary>The connection ends before any byte of an answer.</summary>
    public static ModelServerFault CutConnection() => new(FaultKind.CutConnection);

    /// <summary>
    /// The connection ends in the middle: of a stream after some pieces, of any other answer after half of its bytes. What was sent before
    /// arrives.
    /// </summary>
    /// <param name="afterChunks">Pieces of text before the cut.</param>
    public static ModelServerFault CutStream(int afterChunks = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterChunks);
        return new(FaultKind.CutStream) { Status = 200, AfterChunks = afterChunks };
    }

    /// <summary>A stream that says an error after some pieces and ends; an unstreamed request gets 500.</summary>
    /// <param name="afterChunks">Pieces of text before the error.</param>
    public static ModelServerFault ErrorInStream(int afterChunks = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterChunks);
        return new(FaultKind.ErrorInStream)
        {
            Status = 500, Type = "server_error", AfterChunks = afterChunks,
            Message = "The server had an error while processing your request. Sorry about that!",
        };
    }

    /// <summary>No answer at all, until the client goes or the server is disposed.</summary>
    public static ModelServerFault NoAnswer() => new(FaultKind.NoAnswer);

    /// <summary>200 with JSON that breaks off; in a stream, one event whose data is such JSON.</summary>
    public static ModelServerFault Malformed() => new(FaultKind.Malformed) { Status = 200 };

    /// <summary>200 with valid JSON that holds no choice (or no embedding).</summary>
    public static ModelServerFault NoChoices() => new(FaultKind.NoChoices) { Status = 200 };

    /// <summary>200 with a text of so many bytes.</summary>
    /// <param name="bytes">The size of the text.</param>
    public static ModelServerFault Oversized(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        return new(FaultKind.Oversized) { Status = 200, Bytes = bytes };
    }

    /// <summary>200 with a text that goes on until the client leaves or <see cref="ModelServerOptions.EndlessAnswerBytes"/> are sent.</summary>
    public static ModelServerFault Endless() => new(FaultKind.Oversized) { Status = 200, Bytes = long.MaxValue };

    internal ModelServerFault WithRetryAfter(TimeSpan wait) => new(this, wait);
}
