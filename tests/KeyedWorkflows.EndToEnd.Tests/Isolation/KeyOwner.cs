namespace KeyedWorkflows.EndToEnd.Tests.Isolation;

/// <summary>Whose a key is: a client's, and among its keys the one of a generation of its profile, or that of one run alone.</summary>
internal sealed record KeyOwner(int Client)
{
    public int Generation { get; init; }

    /// <summary>The run that brought the key; null for a profile's.</summary>
    public int? Run { get; init; }
}
