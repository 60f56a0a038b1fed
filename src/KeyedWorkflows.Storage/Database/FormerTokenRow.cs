namespace KeyedWorkflows.Storage;

/// <summary>A token that was revoked: a row of its id that is put back must not be taken.</summary>
internal sealed class FormerTokenRow
{
    public required string Id { get; set; }
}
