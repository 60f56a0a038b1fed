namespace KeyedWorkflows.Storage;

/// <summary>What is gone of a tenant's contents.</summary>
public sealed record TenantPurge
{
    /// <summary>How many runs were removed, with inputs, outputs, steps, events and callbacks. What their calls used stays booked, without end users.</summary>
    public required int Runs { get; init; }

    /// <summary>How many uploaded files were removed.</summary>
    public required int Uploads { get; init; }

    /// <summary>How many runs had been told to stop and still went on: they are there. Purge once more when they have ended.</summary>
    public required int RunsLeft { get; init; }
}
