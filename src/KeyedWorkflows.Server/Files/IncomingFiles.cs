using System.Net;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Wire;

namespace KeyedWorkflows.Server;

/// <summary>Fills the files of a request: from its caller's uploads, or from addresses on the public internet, by the policy for all that is fetched for callers.</summary>
internal sealed class IncomingFiles(IUploads? uploads, Fetcher fetcher, WorkflowServerOptions options)
{
    private const int MaxFiles = 10;

    /// <summary>How long all files of a request may take together.</summary>
    public static readonly TimeSpan TimeForFetching = TimeSpan.FromSeconds(30);

    public async Task FillAsync(IReadOnlyList<FileReference> references, ApiCaller caller, string user, CancellationToken cancellationToken)
    {
        if (references.Count > MaxFiles)
            throw ApiError.InvalidParam($"The request refers to more than {MaxFiles} files.").ToException();
        if (references.Count == 0)
            return;
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(TimeForFetching);
        foreach (var reference in references)
        {
            if (reference.UploadId is { } id)
                await FillAsync(reference, id, caller.Token.Id, user, cancellationToken).ConfigureAwait(false);
            else
                await FetchAsync(reference, time.Token, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FillAsync(FileReference reference, string id, string tokenId, string user, CancellationToken cancellationToken)
    {
        var file = uploads is not null && StoredRuns.IsId(id) ? await uploads.FindForAsync(tokenId, user, id, cancellationToken).ConfigureAwait(false) : null;
        var content = file is null ? null : await uploads!.ReadAsync(tokenId, file.EndUser, id, cancellationToken).ConfigureAwait(false);
        if (file is null || content is null)
            throw ApiError.NotFound("There is no such upload as the one that the request refers to. It is not repeated here.").ToException();
        reference.File.Fill(file.Name, file.MediaType, content);
    }

    private async Task FetchAsync(FileReference reference, CancellationToken inTime, CancellationToken cancellationToken)
    {
        if (reference.Url!.Length > 2048 || !Uri.TryCreate(reference.Url, UriKind.Absolute, out var url))
            throw ApiError.InvalidParam("A file's address is not an absolute one.").ToException();
        if (EgressUrlRules.Fault(url) is { } fault)
            throw ApiError.InvalidParam($"A file's address {fault}").ToException();
        try
        {
            using var answer = await fetcher.Client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, inTime).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.OK)
                throw ApiError.InvalidParam($"A file's address answered with status {(int)answer.StatusCode}, and redirects are not followed.").ToException();
            var content = await ReadAsync(answer, inTime).ConfigureAwait(false);
            var name = FileNames.Clean(Uri.UnescapeDataString(url.AbsolutePath));
            reference.File.Fill(name, MediaTypes.Of(content, FileNames.ExtensionOf(name)), content);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && error is HttpRequestException or ModelCallException or OperationCanceledException or IOException)
        {
            // One answer for a name that does not exist, one that is not public, and one that does not answer: who asks learns nothing of the host's network.
            throw ApiError.InvalidParam("A file could not be fetched from its address: it is not on the public internet, or does not answer.").ToException();
        }
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.Content.Headers.ContentLength > options.MaxFileBytes)
            throw TooLarge();
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (content.Length + read > options.MaxFileBytes)
                throw TooLarge();
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }

    private ApiErrorException TooLarge() => new ApiError(413, "file_too_large", $"A file is longer than {options.MaxFileBytes} bytes.").ToException();
}
