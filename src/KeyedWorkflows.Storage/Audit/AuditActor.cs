namespace KeyedWorkflows.Storage;

/// <summary>
/// Who is said in the audit to have done something. Its texts are cut to 128 characters and escaped: what could disturb a terminal or a reader stands as <c>\u{…}</c>, and what looks like a key is withheld. Immutable.
/// </summary>
public sealed record AuditActor
{
    /// <summary>Names who does something.</summary>
    /// <param name="kind">What it is, such as <c>operator</c>, <c>token</c> or <c>host</c>.</param>
    /// <param name="name">What people call it. Never a secret.</param>
    /// <param name="id">What it is known by for good, such as a token's id; null where there is nothing but the name.</param>
    /// <param name="address">Where it came from, such as an IP address; null where that is not known.</param>
    public AuditActor(string kind, string name, string? id = null, string? address = null)
    {
        Kind = AuditText.Of(kind, "unknown");
        Name = AuditText.Of(name, "unknown");
        Id = AuditText.OfOptional(id);
        Address = AuditText.OfOptional(address);
    }

    /// <summary>As it was written before: what is read is not changed again.</summary>
    private AuditActor((string Kind, string Name, string? Id, string? Address) written) => (Kind, Name, Id, Address) = written;

    /// <summary>The host itself: what its own code does, and what nobody was named for.</summary>
    public static AuditActor Host { get; } = new("host", "host");

    /// <summary>What it is, such as <c>operator</c>, <c>token</c> or <c>host</c>.</summary>
    public string Kind { get; }

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>What it is known by for good; null where there is nothing but the name.</summary>
    public string? Id { get; }

    /// <summary>Where it came from; null where that is not known.</summary>
    public string? Address { get; }

    /// <summary>Whether it is on the host's own machine: its code, or an operator at the command line. Others come over HTTP.</summary>
    internal bool IsLocal => Kind is "host" or "operator";

    internal static AuditActor Read(string kind, string name, string? id, string? address) => new((kind, name, id, address));

    /// <summary>Kind, name and address.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => $"{Kind} {Name}{(Address is null ? "" : " from " + Address)}";
}
