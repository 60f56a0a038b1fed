using System.Buffers;
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;

namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>
/// Turns what went wrong with one credential's calls into <see cref="ModelCallException"/>, in words of ours. Nothing that the provider wrote is repeated but the error's code and
/// parameter, and those only where they look like such and hold no piece of a secret.
/// </summary>
internal sealed class ProviderFaults(RequestHeaders headers, string model, TimeProvider clock)
{
    private const int LongestHint = 64;
    private const int LongestRequestId = 128;

    /// <summary>So many neighbouring characters of a secret are a piece of it: by chance they occur in nothing that a provider says.</summary>
    private const int ShortestPiece = 6;

    private static readonly SearchValues<char> HintCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.[]");
    private static readonly SearchValues<char> RequestIdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-");
    private static readonly string[] RequestIdHeaders = ["x-request-id", "apim-request-id", "x-ms-request-id"];

    /// <summary>An answer that is not a success.</summary>
    public ModelCallException OfAnswer(int status, ReadOnlyMemory<byte> body, PipelineResponseHeaders answer)
    {
        var (code, message, isTransient) = Judge(status, ErrorBody.Read(body, model));
        var wait = isTransient ? RetryAfter.Read(answer, clock) : null;
        if (wait is { } asked && asked > TimeSpan.Zero)
            message += string.Create(CultureInfo.InvariantCulture, $" It asks to wait {Math.Ceiling(asked.TotalSeconds):0} s.");
        return new ModelCallException(code, message)
        {
            IsTransient = isTransient,
            StatusCode = status,
            RetryAfter = wait,
            ProviderRequestId = RequestIdOf(answer),
        };
    }

    /// <summary>An error that came inside a stream which had begun as a success.</summary>
    public ModelCallException OfStreamedError(ReadOnlyMemory<byte> error)
    {
        var body = ErrorBody.Read(error, model);
        var status = int.TryParse(body.Code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 400 and <= 599 ? number : 500;
        var (code, message, isTransient) = Judge(status, body);
        return new ModelCallException(code, "The stream ended with an error. " + message) { IsTransient = isTransient };
    }

    /// <summary>A call that got no whole answer. The caller's cancellation stays one, with the caller's token.</summary>
    public static Exception OfTransport(Exception error, CancellationToken cancellationToken)
    {
        if (Find<ModelCallException>(error) is { } known)
            return known;
        if (cancellationToken.IsCancellationRequested)
            return new OperationCanceledException(cancellationToken);
        if (Find<OperationCanceledException>(error) is not null || Find<TimeoutException>(error) is not null)
            return Connection("The connection was given up before the provider had answered.", isTransient: true);
        if (Find<AuthenticationException>(error) is not null)
            return Connection("The provider's certificate was not accepted, so nothing was sent.", isTransient: false, isUnsent: true);
        var http = Find<HttpRequestException>(error)?.HttpRequestError ?? HttpRequestError.Unknown;
        var isUnsent = http is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
        if (Find<SocketException>(error) is { } socket)
            return Connection($"The provider could not be reached, or the connection broke ({socket.SocketErrorCode}).", isTransient: true, isUnsent);
        if (http != HttpRequestError.Unknown)
            return Connection($"The provider could not be reached, or the connection broke ({http}).", isTransient: true, isUnsent);
        if (Find<IOException>(error) is not null || Find<HttpRequestException>(error) is not null || Find<ClientResultException>(error) is not null)
            return Connection("The provider could not be reached, or the connection broke.", isTransient: true);
        return new ModelCallException(WorkflowErrorCodes.ProviderFailed, $"The call could not be made ({error.GetType().Name}).");
    }

    /// <summary>An answer that came as a success and cannot be read.</summary>
    public static Exception OfReading(Exception error, CancellationToken cancellationToken) =>
        Find<ModelCallException>(error) is not null || cancellationToken.IsCancellationRequested || IsOfTransport(error)
            ? OfTransport(error, cancellationToken)
            : Malformed($"not an answer of its protocol ({error.GetType().Name})");

    /// <summary>A request that could not be put together, so that nothing was sent.</summary>
    public static ModelCallException OfBuilding(Exception error) =>
        new(WorkflowErrorCodes.RequestRefused, $"The request could not be put together from its messages and options ({error.GetType().Name}). Nothing was sent.") { IsUnsent = true };

    /// <summary>An answer of another shape than was asked for.</summary>
    public static ModelCallException Malformed(string what) =>
        new(WorkflowErrorCodes.ProviderFailed, $"The provider's answer is {what}.") { IsTransient = true };

    /// <summary>A stream that stopped before the model had finished.</summary>
    public static ModelCallException CutStream() => Connection("The stream ended before the model had finished its answer.", isTransient: true);

    private static ModelCallException Connection(string message, bool isTransient, bool isUnsent = false) => new(WorkflowErrorCodes.ConnectionFailed, message) { IsTransient = isTransient, IsUnsent = isUnsent };

    private static bool IsOfTransport(Exception error) =>
        Find<OperationCanceledException>(error) is not null || Find<TimeoutException>(error) is not null || Find<IOException>(error) is not null
        || Find<HttpRequestException>(error) is not null || Find<SocketException>(error) is not null || Find<ClientResultException>(error) is not null;

    // What an error is called says more than its status: gateways differ in the latter.
    private (string Code, string Message, bool IsTransient) Judge(int status, ErrorBody body)
    {
        var hint = Hint(status, body);
        if (body.Is("insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient_user_quota", "exceeded_current_quota_error", "QuotaExceeded") || status == 402)
            return (WorkflowErrorCodes.QuotaExceeded, $"The key's quota with the provider is used up {hint}. Its owner has to add credit or raise the limit.", false);
        if (body.Is("content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation", "moderation_blocked"))
            return (WorkflowErrorCodes.ContentFiltered, $"The provider's content filter refused the prompt {hint}.", false);
        if (body.Is("model_not_found", "DeploymentNotFound", "unknown_model") || (status == 404 && (body.SpeaksOfModel || body.Is("NotFoundError", "not_found_error"))))
            return (WorkflowErrorCodes.ModelNotFound, $"The provider does not know the model{ModelName()}, or this key may not use it {hint}.", false);
        if (status == 401 || body.Is("invalid_api_key", "API_KEY_INVALID") || (status == 400 && body.SpeaksOfKey))
            return (WorkflowErrorCodes.Unauthorized, $"The provider refused the key {hint}. Check the profile's key and, where it names them, its organisation and project.", false);

        return status switch
        {
            403 => (WorkflowErrorCodes.Unauthorized, $"The provider does not allow this to the key {hint}. Check the key's permissions and, where the profile names them, its organisation and project.", false),
            429 => (WorkflowErrorCodes.RateLimited, $"The provider's rate limit for this key is reached {hint}.", true),
            404 => (WorkflowErrorCodes.RequestRefused, $"The endpoint does not know this address {hint}. Check the path of the profile's endpoint.", false),
            408 or 409 or 425 => (WorkflowErrorCodes.ProviderFailed, $"The provider could not take the request just now {hint}.", true),
            >= 500 => (WorkflowErrorCodes.ProviderFailed, $"The provider answered with a fault of its own {hint}.", status != 501),
            < 300 => (WorkflowErrorCodes.ProviderFailed, $"The provider took the request and sent no answer {hint}.", true),
            < 400 => (WorkflowErrorCodes.RequestRefused, $"The endpoint points to another address, which is never followed {hint}. Set the profile's endpoint to where the provider really is.", false),
            _ => (WorkflowErrorCodes.RequestRefused, $"The provider refused the request {hint}.", false),
        };
    }

    private string Hint(int status, ErrorBody body)
    {
        var hint = string.Create(CultureInfo.InvariantCulture, $"(HTTP {status}");
        if (IsSafe(body.Code) || IsSafe(body.Type))
            hint += ", " + (IsSafe(body.Code) ? body.Code : body.Type);
        return (IsSafe(body.Param) ? $"{hint}, parameter {body.Param}" : hint) + ")";
    }

    private string ModelName() => model.Length <= LongestHint && !model.Any(char.IsControl) && !headers.HoldsPieceOfSecret(model, ShortestPiece) && model.Count(char.IsAsciiDigit) <= 16 ? $" '{model}'" : "";

    private bool IsSafe(string? hint) =>
        hint is { Length: > 1 and <= LongestHint } && char.IsAsciiLetterLower(hint[0]) && !hint.AsSpan().ContainsAnyExcept(HintCharacters)
        && hint.Count(char.IsAsciiDigit) <= 6 && !headers.HoldsPieceOfSecret(hint, ShortestPiece);

    private string? RequestIdOf(PipelineResponseHeaders answer)
    {
        foreach (var name in RequestIdHeaders)
        {
            if (answer.TryGetValue(name, out var id) && id is { Length: > 0 and <= LongestRequestId } && !id.AsSpan().ContainsAnyExcept(RequestIdCharacters) && !headers.HoldsPieceOfSecret(id, ShortestPiece))
                return id;
        }
        return null;
    }

    private static T? Find<T>(Exception? error)
        where T : Exception
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is T found)
                return found;
            if (error is AggregateException many)
                return many.InnerExceptions.Select(Find<T>).FirstOrDefault(inner => inner is not null);
        }
        return null;
    }
}
