namespace KeyedWorkflows;

/// <summary>Which rule chose a slot's credential. The order of the members is the order of choice: the first that is given wins.</summary>
public enum CredentialSource
{
    /// <summary>The caller's token is pinned to a tenant.</summary>
    PinnedToken,

    /// <summary>Given explicitly in the call.</summary>
    Call,

    /// <summary>The input's property marked <see cref="ApiKeyAttribute"/>.</summary>
    ApiKeyInput,

    /// <summary>The input's property marked <see cref="ProfileNameAttribute"/>.</summary>
    ProfileNameInput,

    /// <summary>The workflow's method marked <see cref="ChooseProfileAttribute"/>.</summary>
    ChooseProfile,

    /// <summary>The slot's <see cref="CredentialProfileAttribute.Default"/>.</summary>
    SlotDefault,

    /// <summary>The host's default profile.</summary>
    HostDefault,

    /// <summary>Carried from the parent workflow.</summary>
    Parent,
}
