using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>/runs</c>: what was run by all tokens, and how it went. Nothing of inputs and outputs is in it.</summary>
internal sealed class RunsEndpoint(OperatorRuns runs, IRunHistory history)
{
    public async Task ListAsync(HttpContext http)
    {
        var (page, limit) = PageAnswer.Asked(http);
        var filter = new RunFilter
        {
            Page = page,
            Limit = limit,
            Workflow = QueryText.Optional(http, "workflow"),
            Status = QueryText.Optional(http, "status"),
            After = QueryText.Time(http, "from"),
            Before = QueryText.Time(http, "to"),
        };
        var found = await runs.ListAsync(filter, QueryText.Optional(http, "tenant"), http.RequestAborted).ConfigureAwait(false);
        await PageAnswer.WriteAsync(http, page, limit, found.Total, found.Runs, RunJson.Write).ConfigureAwait(false);
    }

    public async Task ShowAsync(HttpContext http)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        var token = await runs.FindTokenAsync(id, http.RequestAborted).ConfigureAwait(false) ?? throw AdministrationErrors.NoSuchRun.ToException();
        var run = await history.FindAsync(token, id, null, http.RequestAborted).ConfigureAwait(false) ?? throw AdministrationErrors.NoSuchRun.ToException();
        var steps = await history.ReadStepsAsync(token, id, http.RequestAborted).ConfigureAwait(false);
        var calls = await history.ReadCallsAsync(token, id, http.RequestAborted).ConfigureAwait(false);
        await JsonAnswer.WriteAsync(http, 200, (run, steps, calls), static (writer, answer) => RunJson.Write(writer, answer.run, answer.steps, answer.calls, withContents: false)).ConfigureAwait(false);
    }
}
