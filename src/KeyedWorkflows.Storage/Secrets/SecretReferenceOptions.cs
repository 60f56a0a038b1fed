namespace KeyedWorkflows.Storage;

/// <summary>
/// Which references profiles may hold instead of a key, and how long what they lead to is kept. None is allowed unless it is set here, or its vault is added. Read once, when the host starts.
/// </summary>
public sealed class SecretReferenceOptions
{
    /// <summary>The environment variables that <c>env:NAME</c> may name: those whose names begin so, and no others.</summary>
    public const string EnvironmentPrefix = "KEYEDWORKFLOWS_SECRET_";

    /// <summary>Whether <c>env:NAME</c> is allowed, for names that begin with <see cref="EnvironmentPrefix"/>.</summary>
    public bool AllowEnvironment { get; set; }

    /// <summary>
    /// The directory that <c>file:NAME</c> reads from: plain files of at most 8 KB directly inside it, once links are followed. It is for keys of profiles alone: neither the ring, the database nor what wraps the ring lies in it, and outside Development nobody but its owner can write to it: otherwise the host does not start. A
    /// mounted secret of Kubernetes is named with <c>/..data</c> at its end, which is where its files are. Null, which it is unless set: files are not allowed.
    /// </summary>
    public string? FileDirectory { get; set; }

    /// <summary>
    /// Whether the administration API may store references. Off unless set: whoever holds a token for administration could send any key that a reference leads to to an endpoint of their own.
    /// </summary>
    public bool AllowFromAdministrationApi { get; set; }

    /// <summary>
    /// Whether references of every scheme are stored, though none is read: so the command line stores them beside the host, which alone knows what it allows, and says so when one is used.
    /// </summary>
    internal bool TakesUnread { get; set; }

    /// <summary>
    /// How long a key from a vault is used before the vault is asked again, which happens in the background when a fifth of it is left. 5 minutes unless set. Environment and files are read each time: what changes there holds from the
    /// next model call on.
    /// </summary>
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a key is used beyond that where its vault does not answer, or its file cannot be read for a fault of the disk. Zero unless set: it is not. Where the vault says that there is no such key, or that it may not be used, where the
    /// file is gone or the variable is not set, the key is used no more, whatever stands here.
    /// </summary>
    public TimeSpan MaxStale { get; set; }

    /// <summary>How long a vault may take to answer. 5 seconds unless set.</summary>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
