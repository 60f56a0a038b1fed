using System.Net.Sockets;

namespace KeyedWorkflows.Client;

/// <summary>Tells what happens to connections from what goes wrong otherwise.</summary>
internal static class ConnectionFaults
{
    /// <summary>Whether it is the connection's fault, or the network's.</summary>
    public static bool IsOne(Exception error)
    {
        // Not all of it comes as an exception of requests: a connection can go just when it is made, or take too long to be.
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is IOException or SocketException or HttpRequestException or TimeoutException)
                return true;
        }
        return false;
    }

    /// <summary>Whether another try may succeed where nothing else changes.</summary>
    public static bool MayPass(Exception error) => Find(error)?.HttpRequestError is not (
        HttpRequestError.SecureConnectionError or HttpRequestError.UserAuthenticationError or HttpRequestError.VersionNegotiationError or HttpRequestError.ProxyTunnelError
        or HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded);

    /// <summary>Whether what was asked may have reached the server: not where no connection was made.</summary>
    public static bool MayHaveArrived(Exception error) => Find(error)?.HttpRequestError is not (
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError);

    /// <summary>A word for people: never the exception's own text.</summary>
    public static string NameOf(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException socket)
                return socket.SocketErrorCode.ToString();
            if (inner is TimeoutException)
                return nameof(SocketError.TimedOut);
        }
        return Find(error) is { HttpRequestError: not HttpRequestError.Unknown } request ? request.HttpRequestError.ToString() : error.GetType().Name;
    }

    private static HttpRequestException? Find(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException!)
        {
            if (inner is HttpRequestException request)
                return request;
        }
        return null;
    }
}
