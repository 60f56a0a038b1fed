using System.Collections.Frozen;

namespace KeyedWorkflows;

/// <summary>What a provider builds a client from.</summary>
public sealed class ModelClientContext
{
    /// <summary>The provider's own name of the model: the profile's map is already applied.</summary>
    public required string Model { get; init; }

    /// <summary>The key. Null only for scripted profiles.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>The endpoint, where it is not the provider's own.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The organisation to bill.</summary>
    public string? Organization { get; init; }

    /// <summary>The project to bill.</summary>
    public string? Project { get; init; }

    /// <summary>Headers to send with each call.</summary>
    public IReadOnlyDictionary<string, Secret> Headers { get; init; } = FrozenDictionary<string, Secret>.Empty;

    /// <summary>The profile's name, for scripts and telemetry; null for a key given for one run.</summary>
    public string? ProfileName { get; init; }

    /// <summary>The one source of connections: no cookies, redirects, proxy or trace headers, one pool for each endpoint.</summary>
    public required IModelTransport Transport { get; init; }
}
