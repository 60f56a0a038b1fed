namespace KeyedWorkflows.Server;

/// <summary>Ends a request with an error.</summary>
internal sealed class ApiErrorException(ApiError error) : Exception(error.Message)
{
    public ApiError Error { get; } = error;
}
