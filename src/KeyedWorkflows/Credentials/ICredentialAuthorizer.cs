namespace KeyedWorkflows;

/// <summary>
/// Says whether the caller of a run may use a credential. Asked for whatever rule chose it, defaults included. A host that runs workflows in its own process holds all grants; the server puts its tokens here.
/// </summary>
public interface ICredentialAuthorizer
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
}
