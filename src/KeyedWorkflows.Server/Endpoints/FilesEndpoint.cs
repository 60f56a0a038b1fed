using System.Text.Json;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace KeyedWorkflows.Server;

/// <summary><c>POST /files/upload</c> and <c>GET /files/{file_id}</c>: files for inputs. They belong to the token that uploaded them, and to the user that it named: of whom it named none, to no user of it more than to another.</summary>
internal sealed class FilesEndpoint(IUploads? uploads, TokenLimits limits, UploadPlaces places, TimeProvider time, WorkflowServerOptions options)
{
    private const int MaxBoundary = 128;
    private const int MaxField = 4096;
    private const int MaxSections = 8;

    public async Task UploadAsync(HttpContext http, ApiCaller caller)
    {
        limits.CountRequest(caller.Token);
        if (uploads is null)
            throw ApiError.StoreUnavailable.ToException();
        if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = options.MaxFileBytes + 64L * 1024;
        using var place = await places.TakeAsync(caller.Token.Id, http.RequestAborted).ConfigureAwait(false);
        var (user, name, content) = await ReadAsync(http).ConfigureAwait(false);
        var extension = FileNames.ExtensionOf(name);
        var file = new UploadedFile
        {
            Id = RunIds.Next(),
            TokenId = caller.Token.Id,
            EndUser = user ?? UploadOwners.NoUser,
            Name = name,
            MediaType = MediaTypes.Of(content, extension),
            Extension = extension,
            Size = content.Length,
            CreatedAt = time.GetUtcNow(),
        };
        if (!await uploads.TryAddAsync(file, content, options.UploadQuotaBytes, http.RequestAborted).ConfigureAwait(false))
            throw new ApiError(413, "file_too_large", "The uploads of this token take as much as they may. They are removed by age.").ToException();
        await JsonAnswer.WriteAsync(http, 201, file, Write).ConfigureAwait(false);
    }

    public async Task DownloadAsync(HttpContext http, ApiCaller caller)
    {
        var id = (string)http.Request.RouteValues["file_id"]!;
        var user = QueryText.Optional(http, "user") ?? throw ApiError.InvalidParam("Parameter 'user' is missing.").ToException();
        var file = uploads is not null && StoredRuns.IsId(id) ? await uploads.FindForAsync(caller.Token.Id, user, id, http.RequestAborted).ConfigureAwait(false) : null;
        var content = file is null ? null : await uploads!.ReadAsync(file.TokenId, file.EndUser, id, http.RequestAborted).ConfigureAwait(false);
        if (file is null || content is null)
            throw ApiError.NotFound("There is no such upload.").ToException();

        // Never shown by a browser, whatever it holds.
        var attachment = new ContentDispositionHeaderValue("attachment");
        attachment.SetHttpFileName(file.Name);
        http.Response.Headers.ContentDisposition = attachment.ToString();
        http.Response.Headers.ContentSecurityPolicy = "sandbox";
        http.Response.ContentType = file.MediaType;
        http.Response.ContentLength = content.Length;
        await http.Response.Body.WriteAsync(content, http.RequestAborted).ConfigureAwait(false);
    }

    private async Task<(string? User, string Name, byte[] Content)> ReadAsync(HttpContext http)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= MaxBoundary } boundary)
            throw new ApiError(415, "unsupported_media_type", "The body must be multipart/form-data with field 'file', and 'user' where the file is one user's.").ToException();
        string? user = null, name = null;
        byte[]? content = null;
        try
        {
            var reader = new MultipartReader(boundary, http.Request.Body) { HeadersCountLimit = 16, HeadersLengthLimit = 8 * 1024 };
            for (var sections = 0; await reader.ReadNextSectionAsync(http.RequestAborted).ConfigureAwait(false) is { } section; sections++)
            {
                if (sections == MaxSections || !ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                    throw Malformed();
                switch (HeaderUtilities.RemoveQuotes(disposition.Name).Value)
                {
                    case "user" when user is null:
                        user = System.Text.Encoding.UTF8.GetString(await ReadAsync(section.Body, MaxField, http.RequestAborted).ConfigureAwait(false));
                        break;
                    case "file" when content is null:
                        name = FileNames.Clean(HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value);
                        content = await ReadAsync(section.Body, options.MaxFileBytes, http.RequestAborted).ConfigureAwait(false);
                        break;
                    case "type":
                        await ReadAsync(section.Body, MaxField, http.RequestAborted).ConfigureAwait(false);
                        break;
                    default:
                        throw Malformed();
                }
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException && !http.RequestAborted.IsCancellationRequested && error is not BadHttpRequestException)
        {
            throw Malformed();
        }
        if (content is null || name is null)
            throw new ApiError(400, "no_file_uploaded", "Field 'file' is missing.").ToException();
        if (user is not null && RunRequestReader.FaultOfUser(user) is { } fault)
            throw fault.ToException();
        return (user, name, content);
    }

    private async Task<byte[]> ReadAsync(Stream body, int most, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var buffer = new byte[32 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (content.Length + read > most)
                throw new ApiError(413, "file_too_large", $"The file is longer than {options.MaxFileBytes} bytes.").ToException();
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }

    private static ApiErrorException Malformed() => ApiError.InvalidParam("The body must be multipart/form-data with one field 'file' and one field 'user'.").ToException();

    private static void Write(Utf8JsonWriter writer, UploadedFile file)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, file.Id);
        writer.WriteString("name"u8, file.Name);
        writer.WriteNumber("size"u8, file.Size);
        writer.WriteString("extension"u8, file.Extension);
        writer.WriteString("mime_type"u8, file.MediaType);
        RunSummary.WriteText(writer, "created_by"u8, file.EndUser == UploadOwners.NoUser ? null : file.EndUser);
        writer.WriteNumber("created_at"u8, file.CreatedAt.ToUnixTimeSeconds());
        writer.WriteEndObject();
    }
}
