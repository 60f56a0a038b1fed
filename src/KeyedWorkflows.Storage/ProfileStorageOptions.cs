using System.Security.Cryptography.X509Certificates;

namespace KeyedWorkflows.Storage;

/// <summary>Where profiles are stored, and what protects their keys. Read once, when the host starts.</summary>
public sealed class ProfileStorageOptions
{
    /// <summary>
    /// The database's file. It is made with mode 0600 where it is missing, its directory with 0700. Required. It never lies in the directory of the key ring, nor above or below it. It is no link, and outside
    /// Development nobody but its owner can write to its directory: otherwise the host does not start.
    /// </summary>
    public string DatabasePath { get; set; } = "";

    /// <summary>
    /// The directory of the key ring, which is for it alone and gets mode 0700. Null: the ring is held in memory, and what was stored cannot be read after a restart; refused outside Development
    /// unless <see cref="AllowUnprotectedKeyRing"/>.
    /// </summary>
    public string? KeyRingPath { get; set; }

    /// <summary>The certificate that wraps the ring's keys, with its private key. Either this or <see cref="KeyEncryptionKeyFile"/>.</summary>
    public X509Certificate2? KeyRingCertificate { get; set; }

    /// <summary>Certificates that wrapped the ring's keys before: they open what they wrapped, and wrap nothing new.</summary>
    public IList<X509Certificate2> FormerKeyRingCertificates { get; } = [];

    /// <summary>
    /// A file that holds the key-encryption key that wraps the ring's keys: 32 random bytes as base64, as <c>openssl rand -base64 32</c> writes them. It may lie neither with the ring nor with the database. Outside
    /// Development it is its owner's alone (0600 or stricter) or read-only for owner and group (0440): otherwise the host does not start. It may be a link. Either this or <see cref="KeyRingCertificate"/>.
    /// </summary>
    public string? KeyEncryptionKeyFile { get; set; }

    /// <summary>Files of key-encryption keys that wrapped the ring's keys before: they open what they wrapped, and wrap nothing new.</summary>
    public IList<string> FormerKeyEncryptionKeyFiles { get; } = [];

    /// <summary>
    /// Lets the host start outside Development with a ring that is in clear text on disk, wholly or in part, or in memory alone. Whoever reads the ring and the database reads all keys. Where something wraps the ring,
    /// its clear keys protect nothing new, and <see cref="ProfileAdministration.ReEncryptAsync"/> brings them out of it.
    /// </summary>
    public bool AllowUnprotectedKeyRing { get; set; }

    /// <summary>
    /// Takes the profiles of configuration section <c>KeyedWorkflows</c> into the store when the host starts. One whose name or id ever stood in the store is left alone: seeding overwrites nothing and
    /// revives nothing. The host then uses the store's profiles, not those of the configuration.
    /// </summary>
    public bool SeedFromConfiguration { get; set; }
}
