namespace KeyedWorkflows.Runtime;

/// <summary>
/// Chooses, authorises and freezes the credentials of a run, in the documented order. Completes synchronously where the stores answer from memory.
/// Refuses with a <see cref="WorkflowRunException"/> that carries code, slot and (where it may be told) profile; run id and workflow are added by the run.
/// </summary>
internal interface ICredentialBinder
{
    /// <summary>Binds all slots, or refuses.</summary>
    ValueTask<RunBinding> BindAsync(WorkflowDefinition workflow, in BindRequest request, CancellationToken cancellationToken);

    /// <summary>Says what <see cref="BindAsync"/> would do. A refusal is part of the answer, not an exception.</summary>
    ValueTask<CredentialExplanation> ExplainAsync(WorkflowDefinition workflow, in BindRequest request, CancellationToken cancellationToken);

    /// <summary>The binding of a sub-workflow: each child slot takes the binding of a parent slot, with <see cref="CredentialSource.Parent"/>. Nothing else is consulted but the child slot's providers.</summary>
    /// <param name="parent">The parent's binding.</param>
    /// <param name="child">The child.</param>
    /// <param name="slots">For each child slot the number of the parent's.</param>
    RunBinding BindChild(RunBinding parent, WorkflowDefinition child, ReadOnlySpan<int> slots);
}
