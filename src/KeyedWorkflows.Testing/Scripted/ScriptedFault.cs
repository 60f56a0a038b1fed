namespace KeyedWorkflows.Testing;

/// <summary>What a fault of the script is to the runtime: the same code that the fault of a real provider would have.</summary>
internal static class ScriptedFault
{
    public static async Task<ModelCallException> OfAsync(ModelServerFault fault, bool isStreamed, CancellationToken cancellationToken)
    {
        if (fault.Kind == FaultKind.NoAnswer)
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
        return Of(fault, isStreamed);
    }

    private static ModelCallException Of(ModelServerFault fault, bool isStreamed) => fault.Kind switch
    {
        FaultKind.CutConnection or FaultKind.CutStream => Fault(WorkflowErrorCodes.ConnectionFailed, "The connection was cut", isTransient: true),
        // A stream without a choice is one that ended too soon.
        FaultKind.NoChoices when isStreamed => Fault(WorkflowErrorCodes.ConnectionFailed, "The stream ended before the answer", isTransient: true),
        FaultKind.Malformed or FaultKind.NoChoices => Fault(WorkflowErrorCodes.ProviderFailed, "The answer cannot be read", isTransient: true),
        FaultKind.Oversized => Fault(WorkflowErrorCodes.ProviderFailed, "The answer is larger than any model's"),
        FaultKind.ErrorInStream => Fault(WorkflowErrorCodes.ProviderFailed, "The stream ended with an error", isStreamed ? null : fault.Status, isTransient: true),
        FaultKind.EchoKey or FaultKind.MaskKey => Fault(WorkflowErrorCodes.Unauthorized, "The key was refused", fault.Status),
        FaultKind.ContentFilter => Fault(WorkflowErrorCodes.ContentFiltered, "The prompt was refused by the content filter", 400),
        FaultKind.ModelNotFound => Fault(WorkflowErrorCodes.ModelNotFound, "The model is not known", 404),
        FaultKind.Redirect => Fault(WorkflowErrorCodes.RequestRefused, "The endpoint points to another address", fault.Status),
        _ => OfStatus(fault),
    };

    private static ModelCallException OfStatus(ModelServerFault fault) => fault switch
    {
        { Code: "insufficient_quota" } or { Status: 402 } => Fault(WorkflowErrorCodes.QuotaExceeded, "The key's quota is used up", fault.Status),
        { Code: "content_filter" } => Fault(WorkflowErrorCodes.ContentFiltered, "The prompt was refused by the content filter", fault.Status),
        { Code: "model_not_found" } => Fault(WorkflowErrorCodes.ModelNotFound, "The model is not known", fault.Status),
        { Status: 401 or 403 } => Fault(WorkflowErrorCodes.Unauthorized, "The key was refused", fault.Status),
        { Status: 429 } => Fault(WorkflowErrorCodes.RateLimited, "The rate limit is reached", 429, isTransient: true, fault.RetryAfter),
        { Status: >= 500 and not 501 or 408 or 409 or 425 } => Fault(WorkflowErrorCodes.ProviderFailed, "The provider failed", fault.Status, isTransient: true, fault.RetryAfter),
        { Status: 501 } => Fault(WorkflowErrorCodes.ProviderFailed, "The provider failed", 501),
        _ => Fault(WorkflowErrorCodes.RequestRefused, "The request was refused", fault.Status),
    };

    private static ModelCallException Fault(string code, string what, int? status = null, bool isTransient = false, TimeSpan? retryAfter = null) =>
        new(code, $"{what}, as the script says.") { StatusCode = status, IsTransient = isTransient, RetryAfter = retryAfter };
}
