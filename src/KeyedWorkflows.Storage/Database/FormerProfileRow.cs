namespace KeyedWorkflows.Storage;

/// <summary>A profile that was deleted: seeding must not revive it.</summary>
internal sealed class FormerProfileRow
{
    public required string Id { get; set; }

    public required string Name { get; set; }
}
