using System.Net;

namespace KeyedWorkflows;

/// <summary>An answer's body with an end: a server that sends without end is cut off. It is let go through its <see cref="BoundedStream"/>, and never past it.</summary>
internal sealed class BoundedContent : HttpContent
{
    /// <summary>Far above any answer of a model, streams and embeddings included.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private readonly HttpContent inner;
    private readonly Lock gate = new();
    private BoundedStream? body;
    private bool isOver;

    public BoundedContent(HttpContent inner)
    {
        this.inner = inner;
        foreach (var header in inner.Headers.NonValidated)
            Headers.TryAddWithoutValidation(header.Key, header.Value);
    }

    internal static ModelCallException TooLong => new(WorkflowErrorCodes.ProviderFailed, $"The server's answer is longer than {MaxBytes / (1024 * 1024)} MB and was cut off.");

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        Open(await inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => Open(inner.ReadAsStream(cancellationToken));

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
        if (disposing)
        {
            // The content within would let go of the stream beneath somebody who reads it.
            IDisposable whole;
            lock (gate)
            {
                isOver = true;
                whole = (IDisposable?)body ?? inner;
            }
            whole.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>Gives the body out once: a second reader of it would be one beside the first.</summary>
    private BoundedStream Open(Stream stream)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isOver, this);
            if (body is not null)
                throw new InvalidOperationException("An answer's body was read already.");
            return body = new BoundedStream(stream, MaxBytes);
        }
    }
}
