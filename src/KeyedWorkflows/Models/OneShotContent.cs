using System.Net;

namespace KeyedWorkflows;

/// <summary>
/// A request's body that goes out once. Over HTTP/2, .NET sends a request again by itself where the server says that it has not looked at it: nobody counts that, and a server may say so after it has. So the second
/// sending fails as a fault that may pass, and the policy of model calls, which counts, tries again. HTTP/1.1, which plain http always is, sends nothing twice.
/// </summary>
internal sealed class OneShotContent : HttpContent
{
    private readonly HttpContent inner;
    private int sendings;

    public OneShotContent(HttpContent inner)
    {
        this.inner = inner;
        foreach (var header in inner.Headers.NonValidated)
            Headers.TryAddWithoutValidation(header.Key, header.Value);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Interlocked.Increment(ref sendings) == 1
            ? inner.CopyToAsync(stream, context, cancellationToken)
            : throw new ModelCallException(WorkflowErrorCodes.ConnectionFailed, "The provider closed the connection before it had answered.") { IsTransient = true };

    protected override bool TryComputeLength(out long length)
    {
        length = inner.Headers.ContentLength ?? 0;
        return inner.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
