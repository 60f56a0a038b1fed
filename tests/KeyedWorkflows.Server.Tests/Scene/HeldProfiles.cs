namespace KeyedWorkflows.Server.Tests.Scene;

/// <summary>A store of profiles that holds none, and does not answer until it is told to.</summary>
internal sealed class HeldProfiles : IProfileStore
{
    public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask<StoredProfile?> FindByIdAsync(string id, CancellationToken cancellationToken)
    {
        await Answer.Task.WaitAsync(cancellationToken);
        return null;
    }

    public ValueTask<StoredProfile?> FindByNameAsync(string name, CancellationToken cancellationToken) => FindByIdAsync(name, cancellationToken);

    public async ValueTask<IReadOnlyList<StoredProfile>> FindByTenantAsync(string tenant, CancellationToken cancellationToken)
    {
        await Answer.Task.WaitAsync(cancellationToken);
        return [];
    }
}
