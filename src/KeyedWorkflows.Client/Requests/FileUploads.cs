using System.Net.Http.Headers;
using System.Text.Json;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Client;

/// <summary>Sends the files of an input ahead of its request, which then names them.</summary>
internal static class FileUploads
{
    /// <summary>Uploads files.</summary>
    /// <returns>The upload's id for each.</returns>
    public static async Task<Dictionary<WorkflowFile, string>> SendAsync(ApiCalls calls, WorkflowDefinition workflow, IReadOnlyList<WorkflowFile> files, string user, CancellationToken cancellationToken)
    {
        var ids = new Dictionary<WorkflowFile, string>(ReferenceEqualityComparer.Instance);
        foreach (var file in files)
        {
            if (!file.HasContent)
                throw new WorkflowRunException(WorkflowErrorCodes.InvalidInput, $"A file of the input of workflow '{workflow.Name}' was read back from JSON, which does not hold its content. Give the file itself.") { Workflow = workflow.Name };
            using var answer = await calls.SendAsync("upload a file", workflow.Name, (api, end) => api.UploadAsync(Body(file, user), end), cancellationToken, cancellationToken).ConfigureAwait(false);
            ids[file] = await IdOfAsync(answer, workflow, cancellationToken).ConfigureAwait(false);
        }
        return ids;
    }

    private static MultipartFormDataContent Body(WorkflowFile file, string user)
    {
        var content = new ReadOnlyMemoryContent(file.Content);
        if (MediaTypeHeaderValue.TryParse(file.MediaType, out var type))
            content.Headers.ContentType = type;

        // The name may be anything; a part's plain name may not.
        content.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "file", FileName = "file", FileNameStar = file.Name };
        return new MultipartFormDataContent { { new StringContent(user), "user" }, content };
    }

    private static async Task<string> IdOfAsync(HttpResponseMessage answer, WorkflowDefinition workflow, CancellationToken cancellationToken)
    {
        try
        {
            using var parsed = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            if (parsed.RootElement.TryGetProperty("id", out var id) && id.GetString() is { Length: > 0 } text)
                return text;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Said below.
        }
        throw new WorkflowRunException(WorkflowErrorCodes.ServerFailed, "The server's answer to an upload does not name it.") { Workflow = workflow.Name };
    }
}
