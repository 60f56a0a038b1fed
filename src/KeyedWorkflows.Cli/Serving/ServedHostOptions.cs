namespace KeyedWorkflows.Cli.Serving;

/// <summary>How <c>serve</c> serves.</summary>
internal sealed record ServedHostOptions
{
    public required IReadOnlyList<string> Urls { get; init; }

    public string Prefix { get; init; } = "/v1";

    public CaptureLevel Capture { get; init; } = CaptureLevel.Metadata;

    public bool AllowPlainHttp { get; init; }

    public bool IsVerbose { get; init; }

    public Uri? OpenAI { get; init; }
}
