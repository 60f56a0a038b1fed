namespace KeyedWorkflows.Server;

/// <summary>What a refused or failed run is over HTTP, in Dify's codes.</summary>
internal static class RunErrors
{
    /// <summary>For a run that was refused before its first step, and an explanation that could not be given.</summary>
    public static ApiError Refused(WorkflowRunException error) => Of(error) with { RunId = null };

    /// <summary>
    /// For a run that failed: an error where the credential or its quota is to blame, so that a caller can tell it from a failure of the workflow without reading the answer. Null: the answer says how the run ended.
    /// </summary>
    public static ApiError? Failed(string? code, string runId, string? message, TimeSpan? retryAfter) => code switch
    {
        WorkflowErrorCodes.QuotaExceeded => new(400, "provider_quota_exceeded", message ?? "The quota of the credential is used up.") { ErrorCode = code, RunId = runId },
        WorkflowErrorCodes.Unauthorized or WorkflowErrorCodes.ProfileDisabled => new(400, "provider_not_initialize", message ?? "The credential was refused.") { ErrorCode = code, RunId = runId },
        WorkflowErrorCodes.LimitReached or WorkflowErrorCodes.BudgetSpent => new(429, "too_many_requests", message ?? "A limit of the credential or of the token is reached.") { ErrorCode = code, RunId = runId, RetryAfter = retryAfter },
        WorkflowErrorCodes.ModelNotFound => new(400, "model_currently_not_support", message ?? "The provider does not know the model.") { ErrorCode = code, RunId = runId },
        _ => null,
    };

    private static ApiError Of(WorkflowRunException error)
    {
        var answer = error.Code switch
        {
            WorkflowErrorCodes.InvalidInput or WorkflowErrorCodes.CredentialInvalid or WorkflowErrorCodes.CredentialConflict or WorkflowErrorCodes.TenantMismatch => ApiError.InvalidParam(error.Message),
            WorkflowErrorCodes.ProfileNotFound => ApiError.NotFound($"There is no such profile as the one that the request gives{ForSlot(error)}, or this token may not use it. It is not repeated here."),
            WorkflowErrorCodes.CredentialMissing => new(400, "provider_not_initialize", $"The run has no credential{ForSlot(error)}: the request gives none, and nothing else names one. Send credential_profile, credential_id or api_key."),
            WorkflowErrorCodes.ProviderNotInitialized or WorkflowErrorCodes.ProviderMismatch or WorkflowErrorCodes.ProfileDisabled or WorkflowErrorCodes.ProfileTampered or WorkflowErrorCodes.ProfileUnreadable
                or WorkflowErrorCodes.SecretUnavailable or WorkflowErrorCodes.ModelMissing => new(400, "provider_not_initialize", error.Message),
            WorkflowErrorCodes.LimitReached or WorkflowErrorCodes.BudgetSpent => ApiError.TooManyRequests(error.Message, error.RetryAfter ?? TimeSpan.FromSeconds(1)),
            WorkflowErrorCodes.StoreUnavailable => ApiError.StoreUnavailable,

            // Before its first step a run has asked nobody but the author's code and the host's stores: they took longer than the request allows.
            WorkflowErrorCodes.TimeLimitReached => new(400, "completion_request_error", error.Message),
            WorkflowErrorCodes.Stopped or WorkflowErrorCodes.HostStopped => ApiError.Stopping,
            _ => ApiError.Internal,
        };
        return answer with { ErrorCode = error.Code, RunId = error.RunId, Slot = error.Slot, Step = error.Step, Profile = error.Profile, Cause = error };
    }

    private static string ForSlot(WorkflowRunException error) => error.Slot is { } slot ? $" for slot '{slot}'" : "";
}
