[assembly: AssemblyFixture(typeof(KeyedWorkflows.Storage.Tests.PostgreSqlShutdown))]

namespace KeyedWorkflows.Storage.Tests;

/// <summary>Stops the server that the tests shared, after the last of them.</summary>
public sealed class PostgreSqlShutdown : IDisposable
{
    public void Dispose() => PostgreSqlServer.StopShared();
}
