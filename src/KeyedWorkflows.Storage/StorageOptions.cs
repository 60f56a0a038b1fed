using System.Security.Cryptography.X509Certificates;

namespace KeyedWorkflows.Storage;

/// <summary>Where profiles, tokens and runs are stored, what protects the keys, and how long runs are kept. Read once, when the host starts.</summary>
public sealed class StorageOptions
{
    internal const string DefaultDatabasePath = DefaultDirectory + "/database/workflows.db";

    internal const string DefaultKeyRingPath = DefaultDirectory + "/ring";

    internal const string DefaultDirectory = ".keyedworkflows";

    /// <summary>Whether it is opened by a tool beside its host, with the host's own ring or not at all: nothing is made anew that the ring does not open.</summary>
    internal bool IsBesideHost { get; set; }

    /// <summary>Whether such a tool may wrap a ring that is in clear text, by which all is brought under a new key at once.</summary>
    internal bool MayWrapRing { get; set; }

    /// <summary>
    /// The file of SQLite that holds profiles and tokens; runs lie in one beside it, whose name ends in <c>-runs</c>. Relative paths are within the host's content root. Files are made with mode 0600 where they are missing, their
    /// directory with 0700. They never lie in the directory of the key ring, nor above or below it. They are no links, and outside Development nobody but its owner can write to their directory: otherwise the host does
    /// not start. PostgreSQL does not use it.
    /// </summary>
    public string DatabasePath { get; set; } = DefaultDatabasePath;

    /// <summary>
    /// The directory of the key ring, which is for it alone and gets mode 0700. A relative path is within the host's content root. Null: the ring is held in memory, and what was stored cannot be read after a restart;
    /// refused outside Development unless <see cref="AllowUnprotectedKeyRing"/>.
    /// </summary>
    public string? KeyRingPath { get; set; } = DefaultKeyRingPath;

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

    /// <summary>
    /// Whether a run that was told to its caller is still known after a loss of power. It is in any case after the end of the process, however that comes. It costs a wait for the disk with each batch of runs. On PostgreSQL its own
    /// <c>synchronous_commit</c> decides. Profiles and tokens always outlive a loss of power.
    /// </summary>
    public bool RunsOutlivePower { get; set; }

    /// <summary>
    /// A directory of this machine, which is for it alone and gets mode 0700, where calls are noted until they are booked: what a process that is killed had not booked is so when one starts that has the same directory. SQLite keeps that
    /// beside the database, and does not use this. PostgreSQL: null, which it is unless set, means that calls under way in a process that is killed are not booked.
    /// </summary>
    public string? CallJournalDirectory { get; set; }

    /// <summary>How long runs are kept after their end, with all that belongs to them. Null: for good. 30 days unless set.</summary>
    public TimeSpan? RunRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How many ended runs are kept: past that, those that ended first are removed. Null, which it is unless set: any number.</summary>
    public int? MaxRuns { get; set; }

    /// <summary>How long files are kept that callers sent. 7 days unless set.</summary>
    public TimeSpan UploadRetention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Prices of models, by which calls are booked. They come before the list prices that come along; those of configuration, section <c>KeyedWorkflows:Prices</c>, are added to them. A call keeps the price that it was booked with.
    /// </summary>
    public IList<ModelPrice> Prices { get; } = [];

    /// <summary>Which references profiles may hold instead of a key. None unless set.</summary>
    public SecretReferenceOptions SecretReferences { get; } = new();
}
