using System.Text.Json;
using KeyedWorkflows.Runtime;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>POST /workflows/explain</c> and <c>POST /workflows/{workflow_id}/explain</c>: which credential a run would use, and why. It takes what a run takes, with the run's rights and rate, and begins nothing.</summary>
internal sealed class ExplainEndpoint(ServedWorkflows workflows, TokenLimits limits, RunHub hub, RefusedUses refused, WorkflowServerOptions options)
{
    public async Task AnswerAsync(HttpContext http, ApiCaller caller)
    {
        limits.CountRequest(caller.Token);
        var workflow = http.Request.RouteValues["workflow_id"] is string id ? workflows.Named(caller.Token, id) : workflows.Only(caller.Token);
        var request = RunRequestReader.Read(await RequestBody.ReadAsync(http, options.MaxBodyBytes).ConfigureAwait(false));
        var plan = new RunPlan
        {
            Id = RunIds.Next(),
            Workflow = workflow,
            Caller = caller,
            Input = InputReader.Read(workflow, request).Value,
            Credentials = RequestCredentials.Of(request, workflow),
            Options = request.Options,
        };
        var explanation = await hub.ExplainAsync(plan, http.RequestAborted).ConfigureAwait(false);
        refused.CountRun(caller.Token, http.Connection.RemoteIpAddress, explanation.ErrorCode, explanation.RefusedPayer);
        await JsonAnswer.WriteAsync(http, 200, explanation, Write).ConfigureAwait(false);
    }

    /// <summary>Reasons are those of the run's own refusal: they name a profile only where the token has a grant for it.</summary>
    private static void Write(Utf8JsonWriter writer, CredentialExplanation explanation)
    {
        writer.WriteStartObject();
        writer.WriteString("workflow_id"u8, explanation.Workflow);
        writer.WriteBoolean("can_run"u8, explanation.CanRun);
        RunSummary.WriteText(writer, "tenant"u8, explanation.Tenant);
        RunSummary.WriteText(writer, "error_code"u8, explanation.ErrorCode);
        RunSummary.WriteText(writer, "error"u8, explanation.Error);
        writer.WriteStartArray("slots"u8);
        foreach (var slot in explanation.Slots)
        {
            writer.WriteStartObject();
            writer.WriteString("slot"u8, slot.Slot);
            RunSummary.WriteText(writer, "source"u8, slot.Source is { } source ? JsonNamingPolicy.SnakeCaseLower.ConvertName(source.ToString()) : null);
            RunSummary.WriteText(writer, "profile"u8, slot.ProfileName);
            RunSummary.WriteText(writer, "provider"u8, slot.Provider);
            RunSummary.WriteText(writer, "model"u8, slot.Model);
            writer.WriteString("reason"u8, slot.Reason);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
