namespace KeyedWorkflows;

/// <summary>
/// Says whether the caller of a run may use a credential. Asked for whatever rule chose it, defaults included. A host that runs workflows in its own process holds all grants; the server puts its tokens here.
/// </summary>
internal interface ICredentialAuthorizer
{
    /// <summary>Decides on a stored profile.</summary>
    /// <param name="caller">Who runs the workflow.</param>
    /// <param name="profile">The profile that was chosen.</param>
    /// <returns>Whether the caller may use it. A refusal looks to the caller as if the profile did not exist.</returns>
    bool MayUse(RunCaller caller, StoredProfile profile);

    /// <summary>Decides on a key given for one run.</summary>
    /// <param name="caller">Who runs the workflow.</param>
    /// <returns>Whether the caller may send a key.</returns>
    bool MaySendKey(RunCaller caller);

    /// <summary>Decides on an endpoint that goes with a key given for one run. Refused unless an authoriser says otherwise: it lists exact addresses. What it allows is still connected to at public addresses alone, unless the caller is the host.</summary>
    /// <param name="caller">Who runs the workflow.</param>
    /// <param name="endpoint">The endpoint, which is well formed and, unless the caller is the host, https.</param>
    /// <returns>Whether the caller may name it.</returns>
    bool MayNameEndpoint(RunCaller caller, Uri endpoint) => false;

    /// <summary>
    /// Decides on the tenant that a call names (<see cref="RunOptions.Tenant"/>) where no profile of that tenant pays: steps and tools take the tenant from the run, so that to name one is a
    /// permission. Refused unless an authoriser says otherwise.
    /// </summary>
    /// <param name="caller">Who runs the workflow.</param>
    /// <param name="tenant">The tenant's name, which is well formed.</param>
    /// <returns>Whether the caller's run may serve the tenant.</returns>
    bool MayServe(RunCaller caller, string tenant) => false;
}
