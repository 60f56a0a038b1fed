namespace KeyedWorkflows.Cli.Serving;

/// <summary>How <c>serve</c> serves.</summary>
internal sealed record ServedHostOptions
{
    public required IReadOnlyList<string> Urls { get; init; }

    public string Prefix { get; init; } = "/v1";

    public CaptureLevel Capture { get; init; } = CaptureLevel.Metadata;

    public bool AllowPlainHttp { get; init; }

    /// <summary>Whether the administration API is served too.</summary>
    public bool HasAdministration { get; init; }

    /// <summary>Whether profiles may refer to keys in the environment.</summary>
    public bool AllowEnvironmentKeys { get; init; }

    /// <summary>Where the keys lie that profiles refer to as files; null: none may.</summary>
    public string? KeyDirectory { get; init; }

    public bool IsVerbose { get; init; }

    public Uri? OpenAI { get; init; }
}
