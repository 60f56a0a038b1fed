namespace KeyedWorkflows;

/// <summary>The values of <see cref="WorkflowRunException.Code"/>. They are the same over every transport, and part of the contract.</summary>
public static class WorkflowErrorCodes
{
    /// <summary>The input is missing or fails its data annotations.</summary>
    public const string InvalidInput = "invalid_input";

    /// <summary>No rule named a credential for a slot.</summary>
    public const string CredentialMissing = "credential_missing";

    /// <summary>A credential was given, and is null, empty or malformed.</summary>
    public const string CredentialInvalid = "credential_invalid";

    /// <summary>The caller gave two different selections for one slot.</summary>
    public const string CredentialConflict = "credential_conflict";

    /// <summary>The profile does not exist, or the caller may not use it.</summary>
    public const string ProfileNotFound = "profile_not_found";

    /// <summary>The profile is disabled, or was revoked while the run was going.</summary>
    public const string ProfileDisabled = "profile_disabled";

    /// <summary>The stored profile was altered past its store, and is not used.</summary>
    public const string ProfileTampered = "profile_tampered";

    /// <summary>The stored profile cannot be decrypted: the host's key ring was lost, or cannot be unwrapped.</summary>
    public const string ProfileUnreadable = "profile_unreadable";

    /// <summary>The profile refers to a key in a vault, a file or the environment, and there is none to be had from it now.</summary>
    public const string SecretUnavailable = "secret_unavailable";

    /// <summary>The store of profiles does not answer: whether a profile was revoked is not known, so that none of its profiles is used.</summary>
    public const string StoreUnavailable = "store_unavailable";

    /// <summary>The profile that the author or the operator chose cannot be used: the caller can do nothing about it.</summary>
    public const string ProviderNotInitialized = "provider_not_initialized";

    /// <summary>The profile is of a provider that the slot does not take, or that the host has not added.</summary>
    public const string ProviderMismatch = "provider_mismatch";

    /// <summary>The run's slots resolve to profiles of two tenants.</summary>
    public const string TenantMismatch = "tenant_mismatch";

    /// <summary>Neither step, prompt, slot nor profile names a model.</summary>
    public const string ModelMissing = "model_missing";

    /// <summary>The provider does not know the model.</summary>
    public const string ModelNotFound = "model_not_found";

    /// <summary>The provider refused the key.</summary>
    public const string Unauthorized = "unauthorized";

    /// <summary>The provider's rate limit, after the policy's retries.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>The key's quota with the provider is used up.</summary>
    public const string QuotaExceeded = "quota_exceeded";

    /// <summary>A limit a minute of the profile or of the caller's token, or the number of runs at once, is reached: the call was not made, or the run not begun. <see cref="WorkflowRunException.RetryAfter"/> says when to come again.</summary>
    public const string LimitReached = "limit_reached";

    /// <summary>The budget of the profile or of the caller's token does not hold what the call may cost: it was not made. <see cref="WorkflowRunException.RetryAfter"/> says when the next period begins.</summary>
    public const string BudgetSpent = "budget_spent";

    /// <summary>The provider's content filter refused the prompt or the answer.</summary>
    public const string ContentFiltered = "content_filtered";

    /// <summary>The model's answer was cut off at its length limit.</summary>
    public const string OutputTruncated = "output_truncated";

    /// <summary>The model's answer is not of the asked shape, after the step's attempts.</summary>
    public const string OutputInvalid = "output_invalid";

    /// <summary>The provider refused the request as wrong.</summary>
    public const string RequestRefused = "request_refused";

    /// <summary>The provider could not be reached, or the connection broke, after the policy's retries. Over HTTP also: the server could not be.</summary>
    public const string ConnectionFailed = "connection_failed";

    /// <summary>The provider answered with a fault of its own, after the policy's retries.</summary>
    public const string ProviderFailed = "provider_failed";

    /// <summary>The provider did not answer within <see cref="ModelCallPolicyOptions.TryTimeout"/>.</summary>
    public const string ProviderTimedOut = "provider_timed_out";

    /// <summary>A step took longer than its time-out.</summary>
    public const string StepTimedOut = "step_timed_out";

    /// <summary>The run took longer than its ceiling.</summary>
    public const string TimeLimitReached = "time_limit_reached";

    /// <summary>The run used more tokens than its ceiling.</summary>
    public const string TokenLimitReached = "token_limit_reached";

    /// <summary>The run or the step made more model calls than its ceiling.</summary>
    public const string CallLimitReached = "call_limit_reached";

    /// <summary>A prompt's tools were called for more rounds than it allows.</summary>
    public const string ToolRoundsReached = "tool_rounds_reached";

    /// <summary>A placeholder of a prompt is null where it may not be, or a message is of a role that the prompt does not allow.</summary>
    public const string PromptInvalid = "prompt_invalid";

    /// <summary>The author's code threw.</summary>
    public const string StepFailed = "step_failed";

    /// <summary>A step returned null where its type allows none, or a model client was used after its step.</summary>
    public const string StepContract = "step_contract";

    /// <summary>The host is not set up for the workflow: a service or a provider is missing.</summary>
    public const string HostMisconfigured = "host_misconfigured";

    /// <summary>The host that the run went on was stopped before the run had ended.</summary>
    public const string HostStopped = "host_stopped";

    /// <summary>The run was stopped by its handle.</summary>
    public const string Stopped = "stopped";

    /// <summary>Over HTTP: the server refused the client's own token. No provider was asked, and no provider's key refused: that is <see cref="Unauthorized"/>.</summary>
    public const string TokenRefused = "token_refused";

    /// <summary>Over HTTP: the server has no such workflow, or the token may not run it.</summary>
    public const string WorkflowNotFound = "workflow_not_found";

    /// <summary>Over HTTP: the token asks too often, or as many of its runs go on as may. <see cref="WorkflowRunException.RetryAfter"/> says when to come again. The provider's own limit is <see cref="RateLimited"/>.</summary>
    public const string TooManyRequests = "too_many_requests";

    /// <summary>Over HTTP: the server answered with a fault of its own, or what answered is no server of workflows.</summary>
    public const string ServerFailed = "server_failed";

    /// <summary>Over HTTP: the run succeeded, and its output cannot be had: the server does not keep it, or it is not of the type that the client knows.</summary>
    public const string OutputUnavailable = "output_unavailable";
}
