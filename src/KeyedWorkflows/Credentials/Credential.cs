using System.Diagnostics;

namespace KeyedWorkflows;

/// <summary>
/// Says who pays for a run: a stored profile by name or id, a tenant, or a key for this run alone. A profile's name converts implicitly from a string.
/// The default value, a null, an empty or a malformed name is never taken for "not given": the run fails.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly struct Credential : IEquatable<Credential>
{
    // Not shown by a debugger either: what was given for a name may be a key in the wrong place.
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly object? value;

    private Credential(CredentialKind kind, object? value, Uri? endpoint = null)
    {
        Kind = kind;
        this.value = value;
        Endpoint = endpoint;
    }

    /// <summary>A chooser's answer that asks for the next rule: the slot's default, then the host's. Given to a run it is refused.</summary>
    public static Credential Unspecified => new(CredentialKind.Unspecified, null);

    internal CredentialKind Kind { get; }

    /// <summary>The name, id or tenant; null for a key.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal string? Text => value as string;

    /// <summary>The key of <see cref="ApiKey(Secret, Uri?)"/>.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal Secret? Key => value as Secret;

    /// <summary>The endpoint that goes with an inline key.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    [field: DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal Uri? Endpoint { get; }

    /// <summary>The stored profile of this name.</summary>
    /// <param name="name">The name. What does not match <c>[a-z0-9][a-z0-9_.-]{0,63}</c> fails the run, and is not repeated in the error.</param>
    /// <returns>The credential.</returns>
    public static Credential Profile(string? name) => ProfileNames.IsValid(name) ? new(CredentialKind.Profile, name) : default;

    /// <summary>The stored profile of this id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The credential.</returns>
    public static Credential Id(string? id) => ProfileNames.IsValidId(id) ? new(CredentialKind.Id, id) : default;

    /// <summary>A tenant: each slot takes the tenant's one profile that matches it.</summary>
    /// <param name="tenant">The tenant's name, by the grammar of profile names.</param>
    /// <returns>The credential.</returns>
    public static Credential Tenant(string? tenant) => ProfileNames.IsValid(tenant) ? new(CredentialKind.Tenant, tenant) : default;

    /// <summary>A key for this run alone. It is never stored.</summary>
    /// <param name="key">The key. Null fails the run.</param>
    /// <param name="endpoint">The endpoint to use with it: absolute, https (or, where the host itself runs the workflow, http on loopback), without user-info, query or fragment. Left out: the provider's own.</param>
    /// <returns>The credential.</returns>
    public static Credential ApiKey(Secret? key, Uri? endpoint = null) => key is { IsUsable: true } ? new(CredentialKind.ApiKey, key, endpoint) : default;

    /// <summary>A key for this run alone. It is never stored. An empty or malformed key fails the run.</summary>
    /// <param name="key">The key.</param>
    /// <param name="endpoint">The endpoint to use with it.</param>
    /// <returns>The credential.</returns>
    public static Credential ApiKey(string? key, Uri? endpoint = null) => Secret.TryFrom(key, out var secret) ? new(CredentialKind.ApiKey, secret, endpoint) : default;

    /// <summary>The stored profile of this name.</summary>
    /// <param name="profileName">The name.</param>
    public static implicit operator Credential(string? profileName) => Profile(profileName);

    /// <summary>The stored profile of this name.</summary>
    /// <param name="profileName">The name.</param>
    /// <returns>The credential.</returns>
    public static Credential FromString(string? profileName) => Profile(profileName);

    /// <inheritdoc/>
    public bool Equals(Credential other) => Kind == other.Kind && Equals(value, other.value) && Equals(Endpoint, other.Endpoint);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Credential other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, value, Endpoint);

    /// <summary>Compares two credentials.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they name the same payer.</returns>
    public static bool operator ==(Credential left, Credential right) => left.Equals(right);

    /// <summary>Compares two credentials.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they differ.</returns>
    public static bool operator !=(Credential left, Credential right) => !left.Equals(right);

    /// <summary>The kind alone: what was given for a name may be a key in the wrong place.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => Kind switch
    {
        CredentialKind.Profile => "profile by name",
        CredentialKind.Id => "profile by id",
        CredentialKind.Tenant => "profile by tenant",
        CredentialKind.ApiKey => "key for this run",
        CredentialKind.Unspecified => "unspecified",
        _ => "invalid",
    };
}
