using System.Net;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>A network that answers when it is told to.</summary>
internal sealed class HeldNetwork : HttpMessageHandler
{
    private int requests;

    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource<string> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Requests => requests;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref requests);
        Asked.TrySetResult();
        return new(HttpStatusCode.OK) { Content = new StringContent(await Answer.Task.WaitAsync(cancellationToken)) };
    }
}
