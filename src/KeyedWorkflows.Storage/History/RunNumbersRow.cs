namespace KeyedWorkflows.Storage;

/// <summary>The one row that says which numbers of runs are free. Each process takes many at once.</summary>
internal sealed class RunNumbersRow
{
    public const int TheOne = 1;

    public required int Id { get; set; }

    public required long Next { get; set; }
}
