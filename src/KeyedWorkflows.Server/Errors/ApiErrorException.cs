namespace KeyedWorkflows.Server;

/// <summary>Ends a request with an error.</summary>
internal sealed class ApiErrorException(ApiError error) : Exception(error.Message, error.Cause)
{
    public ApiError Error { get; } = error;
}
