namespace KeyedWorkflows.Testing;

/// <summary>
/// Thrown out of the application after a response has begun: Kestrel then sends what was written and closes the connection without the
/// response's end. Aborting instead would drop what the client has not read yet.
/// </summary>
internal sealed class ConnectionCutException : Exception
{
    public ConnectionCutException()
        : base("The connection is cut, as it was asked for.")
    {
    }
}
