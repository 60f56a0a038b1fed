using System.Collections.Concurrent;

namespace KeyedWorkflows.Server.Tests.Workflows;

/// <summary>The tenants that a method that chooses was shown.</summary>
internal sealed class SeenTenants : ConcurrentQueue<string>
{
    public void Add(string? tenant) => Enqueue(tenant ?? "none");
}
