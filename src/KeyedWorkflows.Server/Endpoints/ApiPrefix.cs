using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>Where the API is mapped: kept with its endpoints.</summary>
internal sealed record ApiPrefix(string Value)
{
    public static string Of(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<ApiPrefix>()?.Value ?? "";
}
