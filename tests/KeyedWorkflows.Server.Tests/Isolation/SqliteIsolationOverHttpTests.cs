using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Server.Tests.Security;

namespace KeyedWorkflows.Server.Tests.Isolation;

[Collection(HeavyTests.Name)]
public sealed class SqliteIsolationOverHttpTests : IsolationOverHttpTests
{
    private protected override ServerSceneOptions Options => new();

    private protected override Task<string> ReadStoreAsync(ServerScene scene) => AllOfStore.ReadAsync(scene);
}
