using System.Globalization;
using System.Net.Sockets;

namespace KeyedWorkflows;

/// <summary>
/// Makes a <see cref="ModelCallException"/> of whatever a provider's client threw: in words of ours, without the original inside, and without any of the credential's secrets,
/// whoever wrote the text.
/// </summary>
internal static class ProviderFault
{
    public static ModelCallException Of(Exception error, SlotBinding binding, SecretScrubber secrets) => Of(error, binding.Provider, binding, secrets);

    /// <summary>As above, where who was to pay is added by who asked.</summary>
    public static ModelCallException Of(Exception error, string provider, SlotBinding? binding, SecretScrubber secrets) => error switch
    {
        ModelCallException known => Clean(known, binding, secrets),
        TimeoutException or OperationCanceledException => Unreachable("The provider did not answer in time.", binding),
        HttpRequestException or IOException or SocketException => Unreachable("The provider could not be reached, or the connection broke.", binding, IsUnsent(error)),
        // The type's name is code's, not the provider's answer: its message may be anything.
        _ => new ModelCallException(WorkflowErrorCodes.ProviderFailed, $"The client of provider '{provider}' failed with {error.GetType().Name}.") { Binding = binding },
    };

    /// <summary>Not transient: the provider may have worked on the answer all the while, and be paid for it.</summary>
    public static ModelCallException TookTooLong(TimeSpan limit, SlotBinding binding) => new(
        WorkflowErrorCodes.ProviderTimedOut, string.Create(CultureInfo.InvariantCulture, $"The provider did not answer within {limit.TotalSeconds:0.###} seconds (ModelCallPolicyOptions.TryTimeout)."))
    { Binding = binding };

    private static bool IsUnsent(Exception error) => (error as HttpRequestException)?.HttpRequestError
        is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    private static ModelCallException Unreachable(string message, SlotBinding? binding, bool isUnsent = false) =>
        new(WorkflowErrorCodes.ConnectionFailed, message) { IsTransient = true, IsUnsent = isUnsent, Binding = binding };

    private static ModelCallException Clean(ModelCallException error, SlotBinding? binding, SecretScrubber secrets)
    {
        var message = secrets.Scrub(error.Message);
        var code = secrets.Scrub(error.Code);
        var requestId = error.ProviderRequestId is { } id ? secrets.Scrub(id) : null;
        if (ReferenceEquals(message, error.Message) && ReferenceEquals(code, error.Code) && ReferenceEquals(requestId, error.ProviderRequestId) && error.Data.Count == 0 && error.Binding is null)
        {
            error.Binding = binding;
            return error;
        }
        return new ModelCallException(code, message)
        {
            IsTransient = error.IsTransient,
            IsUnsent = error.IsUnsent,
            StatusCode = error.StatusCode,
            RetryAfter = error.RetryAfter,
            ProviderRequestId = requestId,
            IsOfCooldown = error.IsOfCooldown,
            Binding = binding,
        };
    }
}
