using System.Net;

namespace KeyedWorkflows;

/// <summary>An answer's body with an end: a server that sends without end is cut off. It is let go through its <see cref="BoundedStream"/>, and never past it.</summary>
internal sealed class BoundedContent : HttpContent
{
    /// <summary>Far above any answer of a model, streams and embeddings included.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private readonly HttpContent inner;
    private BoundedStream? body;

    public BoundedContent(HttpContent inner)
    {
        this.inner = inner;
        foreach (var header in inner.Headers.NonValidated)
            Headers.TryAddWithoutValidation(header.Key, header.Value);
    }

    internal static ModelCallException TooLong => new(WorkflowErrorCodes.ProviderFailed, $"The server's answer is longer than {MaxBytes / (1024 * 1024)} MB and was cut off.");

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        body = new BoundedStream(await inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), MaxBytes);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => body = new BoundedStream(inner.ReadAsStream(cancellationToken), MaxBytes);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var body = await CreateContentReadStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
            await body.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = inner.Headers.ContentLength ?? 0;
        return inner.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        // The content within would let go of the stream beneath somebody who reads it.
        if (disposing)
            ((IDisposable?)body ?? inner).Dispose();
        base.Dispose(disposing);
    }
}
