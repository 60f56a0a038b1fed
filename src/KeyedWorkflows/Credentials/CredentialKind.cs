namespace KeyedWorkflows;

/// <summary>How a <see cref="Credential"/> names who pays.</summary>
internal enum CredentialKind : byte
{
    /// <summary>Nothing usable was given: a run that is given this fails.</summary>
    Invalid,

    /// <summary>A chooser's answer that asks for the next rule.</summary>
    Unspecified,

    /// <summary>A profile by its name.</summary>
    Profile,

    /// <summary>A profile by its id.</summary>
    Id,

    /// <summary>The one matching profile of a tenant, for each slot.</summary>
    Tenant,

    /// <summary>A key for this run alone.</summary>
    ApiKey,
}
