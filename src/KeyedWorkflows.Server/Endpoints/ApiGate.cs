using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Server;

/// <summary>
/// What every request passes: whose it is, and what is answered when something goes wrong. Nothing is left for the host's own error pages, which repeat headers and exceptions; no exception's text is logged, since it may hold what
/// was sent.
/// </summary>
internal sealed partial class ApiGate(TokenReader tokens, ILogger<ApiGate> logger)
{
    /// <summary>An endpoint for those who have a token.</summary>
    public RequestDelegate Guard(Func<HttpContext, ApiCaller, Task> answer) => http => AnswerAsync(http, async http =>
    {
        var caller = await tokens.ReadAsync(http).ConfigureAwait(false);
        http.Features.Set(caller);
        await answer(http, caller).ConfigureAwait(false);
    }, isLogged: true);

    /// <summary>An endpoint that finds out by itself who may.</summary>
    public RequestDelegate Answer(Func<HttpContext, Task> answer) => http => AnswerAsync(http, answer, isLogged: true);

    /// <summary>An endpoint for everybody, which whoever watches the host asks all the time.</summary>
    public RequestDelegate Open(Func<HttpContext, Task> answer) => http => AnswerAsync(http, answer, isLogged: false);

    private async Task AnswerAsync(HttpContext http, Func<HttpContext, Task> answer, bool isLogged)
    {
        var start = Stopwatch.GetTimestamp();
        var requestId = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;
        var headers = http.Response.Headers;
        headers["X-Request-Id"] = requestId;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        try
        {
            await answer(http).ConfigureAwait(false);
        }
        catch (ApiErrorException error)
        {
            LogFault(http, requestId, error.Error);
            await RefuseAsync(http, error.Error).ConfigureAwait(false);
        }
        catch (WorkflowRunException error)
        {
            var refusal = RunErrors.Refused(error);
            LogFault(http, requestId, refusal);
            await RefuseAsync(http, refusal).ConfigureAwait(false);
        }
        catch (BadHttpRequestException error)
        {
            await RefuseAsync(http, error.StatusCode == 413 ? new(413, "request_too_large", "The body is too long.") : new(error.StatusCode, "bad_request", "The request could not be read.")).ConfigureAwait(false);
        }
        catch (Exception error) when (http.RequestAborted.IsCancellationRequested && error is OperationCanceledException or IOException)
        {
            // The caller went away. Its run does as it was told.
        }
        catch (Exception error)
        {
            var stack = StackOf(error);
            var (endpoint, what) = (http.GetEndpoint()?.DisplayName, error.GetType().FullName);
            LogFailed(requestId, http.Request.Method, endpoint, what, stack);
            await RefuseAsync(http, ApiError.Internal).ConfigureAwait(false);
        }
        if (isLogged && logger.IsEnabled(LogLevel.Information))
        {
            var (endpoint, milliseconds, tokenId, runId) = (http.GetEndpoint()?.DisplayName, Stopwatch.GetElapsedTime(start).TotalMilliseconds, http.Features.Get<ApiCaller>()?.Token.Id ?? http.Features.Get<Storage.Administrator>()?.Id, RunIdOf(http));
            LogAnswered(endpoint, http.Response.StatusCode, milliseconds, tokenId, runId, requestId);
        }
    }

    private static async Task RefuseAsync(HttpContext http, ApiError error)
    {
        if (!http.Response.HasStarted)
        {
            await ErrorEnvelope.WriteAsync(http, error).ConfigureAwait(false);
            return;
        }
        if (EventStream.IsOne(http))
        {
            try
            {
                await EventStream.WriteErrorAsync(http, error).ConfigureAwait(false);
                return;
            }
            catch (Exception broken) when (broken is IOException or OperationCanceledException or InvalidOperationException)
            {
                // It is the connection that failed.
            }
        }

        // Half an answer must not look like a whole one.
        http.Abort();
    }

    /// <summary>What is the host's fault is found in its log: the answer does not say it.</summary>
    private void LogFault(HttpContext http, string requestId, ApiError error)
    {
        if (error.Status < 500)
            return;
        if (error.Cause is not { } cause)
        {
            LogRefused(requestId, http.Request.Method, http.GetEndpoint()?.DisplayName, error.Code, error.Message);
            return;
        }
        if (cause.Code is WorkflowErrorCodes.HostMisconfigured)
        {
            LogMisconfigured(requestId, cause.Workflow, cause.Message);
            return;
        }
        var innermost = cause.GetBaseException();
        var (what, stack) = (innermost.GetType().FullName, StackOf(innermost));
        LogRunRefused(requestId, cause.Workflow, cause.Code, what, stack);
    }

    private static string? RunIdOf(HttpContext http) => http.Response.Headers.TryGetValue(RunEndpoint.RunIdHeader, out var id) ? id.ToString() : null;

    /// <summary>Where it was thrown, without its text.</summary>
    private static string StackOf(Exception error) => new StackTrace(error, fNeedFileInfo: false).ToString();

    [LoggerMessage(EventId = 20, Level = LogLevel.Information, SkipEnabledCheck = true, Message = "{Endpoint} answered {Status} in {Milliseconds:0.0} ms (token {TokenId}, run {RunId}, request {RequestId})")]
    private partial void LogAnswered(string? endpoint, int status, double milliseconds, string? tokenId, string? runId, string requestId);

    [LoggerMessage(EventId = 21, Level = LogLevel.Error, Message = "Request {RequestId}, {Method} {Endpoint}, failed with {Error}:\n{Stack}")]
    private partial void LogFailed(string requestId, string method, string? endpoint, string? error, string stack);

    [LoggerMessage(EventId = 22, Level = LogLevel.Error, Message = "Request {RequestId}: the host is not set up for workflow {Workflow}: {Reason}")]
    private partial void LogMisconfigured(string requestId, string? workflow, string reason);

    [LoggerMessage(EventId = 23, Level = LogLevel.Error, Message = "Request {RequestId}: a run of workflow {Workflow} was refused with {Code}, from {Error}:\n{Stack}")]
    private partial void LogRunRefused(string requestId, string? workflow, string code, string? error, string stack);

    [LoggerMessage(EventId = 24, Level = LogLevel.Warning, Message = "Request {RequestId}, {Method} {Endpoint}, was answered with {Code}: {Reason}")]
    private partial void LogRefused(string requestId, string method, string? endpoint, string code, string reason);
}
