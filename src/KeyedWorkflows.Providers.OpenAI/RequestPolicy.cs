using System.ClientModel.Primitives;

namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>
/// The one policy of our pipeline: it sets the headers, and turns an error answer or a broken connection into <see cref="ModelCallException"/> before any code of the provider's
/// library makes an exception of it. Such an exception would hold the provider's own words, which may repeat the key, and the library's telemetry would record it.
/// </summary>
internal sealed class RequestPolicy(RequestHeaders headers, ProviderFaults faults, bool isChat) : PipelinePolicy
{
    private const int LongestErrorBody = 64 * 1024;

    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
        throw new NotSupportedException("Model calls are asynchronous.");

    public override async ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        SentMark.Set();
        headers.ApplyTo(message.Request.Headers.Set);
        try
        {
            await ProcessNextAsync(message, pipeline, currentIndex).ConfigureAwait(false);
            if (message.Response is { Status: not 200 } refused)
                throw await ReadFaultAsync(refused, message.CancellationToken).ConfigureAwait(false);
            if (message.Response is { } answer)
                Bound(answer, message.BufferResponse, message.CancellationToken);
        }
        catch (ModelCallException)
        {
            message.Response?.Dispose();
            throw;
        }
        catch (Exception error)
        {
            message.Response?.Dispose();
            throw ProviderFaults.OfTransport(error, message.CancellationToken);
        }
    }

    private void Bound(PipelineResponse answer, bool isWhole, CancellationToken cancellationToken)
    {
        if (!isChat)
        {
            // Vectors are long, and made of numbers.
            AnswerLimits.Check(answer.Content);
        }
        else if (isWhole)
        {
            AnswerLimits.CheckChat(answer.Content);
            if (LibraryTelemetry.IsOn)
                LibraryTelemetry.Check(answer.Content, cancellationToken);
        }
        else if (answer.ContentStream is { } stream)
        {
            answer.ContentStream = new EventStreamGuard(stream);
        }
    }

    private async ValueTask<ModelCallException> ReadFaultAsync(PipelineResponse response, CancellationToken cancellationToken)
    {
        using (response)
            return faults.OfAnswer(response.Status, await ReadBodyAsync(response, cancellationToken).ConfigureAwait(false), response.Headers);
    }

    // A longer body than this is read in part, is no JSON then, and the status alone has to do.
    private static async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(PipelineResponse response, CancellationToken cancellationToken)
    {
        if (response.ContentStream is not { } stream)
            return default;
        var buffer = new byte[LongestErrorBody];
        try
        {
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return buffer.AsMemory(0, length);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            // Cut off: the status alone has to do, too.
            return default;
        }
    }
}
