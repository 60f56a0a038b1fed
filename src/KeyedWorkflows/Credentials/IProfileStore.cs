namespace KeyedWorkflows;

/// <summary>
/// Where stored profiles come from. Implementations are safe for use from several threads, answer from memory on the hot path, and answer each call from one consistent snapshot.
/// A name that two stores of a host know refuses the run that asks for it; between the product's own stores it refuses the start.
/// </summary>
/// <remarks>
/// A store that cannot answer throws a <see cref="WorkflowRunException"/> with <see cref="WorkflowErrorCodes.StoreUnavailable"/>, and a text that may be shown to whoever runs the workflow. Whatever else it throws refuses the
/// run or the call as <see cref="WorkflowErrorCodes.HostMisconfigured"/>. Neither is ever taken for "there is none".
/// </remarks>
public interface IProfileStore
{
    /// <summary>Finds a profile by its name.</summary>
    /// <param name="name">A well-formed name.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The profile as it is now, disabled ones included; null where there is none.</returns>
    ValueTask<StoredProfile?> FindByNameAsync(string name, CancellationToken cancellationToken);

    /// <summary>Finds a profile by its id. Called before each model call of a run, so that a change or a revocation takes effect at the next one.</summary>
    /// <param name="id">A well-formed id.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The profile as it is now, disabled ones included; null where there is none.</returns>
    ValueTask<StoredProfile?> FindByIdAsync(string id, CancellationToken cancellationToken);

    /// <summary>Lists a tenant's profiles.</summary>
    /// <param name="tenant">A well-formed tenant name.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>Its profiles as they are now, disabled ones included.</returns>
    ValueTask<IReadOnlyList<StoredProfile>> FindByTenantAsync(string tenant, CancellationToken cancellationToken);
}
