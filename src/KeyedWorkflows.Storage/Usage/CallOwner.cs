namespace KeyedWorkflows.Storage;

/// <summary>Whose run a model call belongs to.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Workflow">What it runs.</param>
/// <param name="TokenId">Who began it.</param>
/// <param name="EndUser">For whom.</param>
/// <param name="Tenant">Whose the call is where the profile that pays is nobody's.</param>
internal readonly record struct CallOwner(string RunId, string Workflow, string TokenId, string? EndUser, string? Tenant);
