namespace KeyedWorkflows;

/// <summary>Why a store cannot vouch for one of its profiles.</summary>
/// <param name="Code">One of <see cref="WorkflowErrorCodes"/>.</param>
/// <param name="Message">What happened and what cures it, without a secret.</param>
internal sealed record ProfileFault(string Code, string Message);
