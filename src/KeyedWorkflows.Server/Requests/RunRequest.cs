namespace KeyedWorkflows.Server;

/// <summary>What a request for a run holds. The input is not read yet: only its workflow knows its type.</summary>
internal sealed record RunRequest
{
    /// <summary>The whole body.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Where in the body the input's object stands.</summary>
    public required Range Inputs { get; init; }

    /// <summary>Where in the body the list of files stands; null where it gives none.</summary>
    public Range? Files { get; init; }

    public required string User { get; init; }

    public ResponseMode Mode { get; init; }

    /// <summary>Whether the run ends when its caller goes away.</summary>
    public bool StopsOnDisconnect { get; init; }

    public Uri? Callback { get; init; }

    /// <summary>The credential for all slots; null where the request gives none so.</summary>
    public Credential? Credential { get; init; }

    /// <summary>The credentials by slot; null where the request does not go by slot.</summary>
    public IReadOnlyDictionary<string, Credential>? Credentials { get; init; }

    public required RunOptions Options { get; init; }

    /// <summary>The keys that its own fields give for the run. Its input may hold others.</summary>
    public IEnumerable<Secret> Keys => ((IEnumerable<Credential?>)[Credential, .. Credentials?.Values ?? []]).Select(static credential => credential?.Key).OfType<Secret>();
}
