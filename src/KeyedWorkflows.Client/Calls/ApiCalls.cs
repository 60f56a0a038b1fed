using System.Net;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Client;

/// <summary>
/// Makes calls, and repeats those that did not reach the server or that it asks to repeat: all of them may be, because a run's request carries a key by which the server knows it again. Safe for use from several threads.
/// </summary>
internal sealed partial class ApiCalls(IWorkflowApi api, WorkflowClientOptions options, TimeProvider time, ILogger logger)
{
    public TimeProvider Time => time;

    public TimeSpan RetryFor => options.RetryFor;

    public ILogger Logger => logger;

    /// <summary>Makes a call.</summary>
    /// <param name="what">What is asked, for people.</param>
    /// <param name="workflow">The workflow, for errors.</param>
    /// <param name="send">Sends it. Called once a try.</param>
    /// <param name="wait">Ends the waiting between two tries.</param>
    /// <param name="end">Ends the call.</param>
    /// <returns>An answer of success, whose content is still to be read.</returns>
    /// <exception cref="WorkflowRunException">The server refused, or was not reached.</exception>
    public async Task<HttpResponseMessage> SendAsync(string what, string workflow, Func<IWorkflowApi, CancellationToken, Task<HttpResponseMessage>> send, CancellationToken wait, CancellationToken end)
    {
        var begin = time.GetTimestamp();
        for (var retry = 0; ; retry++)
        {
            var (answer, fault, mayPass) = await TryAsync(what, workflow, send, end).ConfigureAwait(false);
            if (answer is not null)
                return answer;
            var delay = Backoff.Before(retry);
            if (fault!.RetryAfter is { } asked && asked > delay)
                delay = asked;
            if (!mayPass || time.GetElapsedTime(begin) + delay > options.RetryFor)
                throw fault;
            LogAgain(what, fault.Code, delay.TotalMilliseconds);
            await Task.Delay(delay, time, wait).ConfigureAwait(false);
        }
    }

    /// <summary>What is said where the server cannot be reached.</summary>
    public WorkflowRunException Unreachable(string what, string workflow, Exception error) => new(
        WorkflowErrorCodes.ConnectionFailed,
        $"The server of workflow '{workflow}' ({options.BaseAddress!.Authority}) could not be reached to {what}, or the connection broke ({ConnectionFaults.NameOf(error)}). WorkflowClientOptions.RetryFor says how long it is tried.")
    { Workflow = workflow };

    private async Task<(HttpResponseMessage? Answer, WorkflowRunException? Fault, bool MayPass)> TryAsync(string what, string workflow, Func<IWorkflowApi, CancellationToken, Task<HttpResponseMessage>> send, CancellationToken end)
    {
        try
        {
            var answer = await send(api, end).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
                return (answer, null, false);
            using (answer)
            {
                var fault = await ApiFault.ReadAsync(answer, workflow, time, end).ConfigureAwait(false);
                return (null, fault, MayPass(answer.StatusCode, fault));
            }
        }
        catch (Exception error) when (ConnectionFaults.IsOne(error) && !end.IsCancellationRequested)
        {
            return (null, Unreachable(what, workflow, error), ConnectionFaults.MayPass(error));
        }
    }

    /// <summary>Too many requests, and a host that stops, say when to come again. A run that was begun, and that a limit ended, has ended. A gateway that does not reach the server says only so.</summary>
    private static bool MayPass(HttpStatusCode status, WorkflowRunException fault) => status switch
    {
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => fault is { RetryAfter: not null, RunId: null },
        HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => true,
        _ => false,
    };

    [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "Could not {What} ({Code}): it is tried again in {Milliseconds:0} ms.")]
    private partial void LogAgain(string what, string code, double milliseconds);
}
