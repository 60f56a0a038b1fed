namespace KeyedWorkflows;

/// <summary>A store that can say all its names, so that a name in two stores is found when the host starts.</summary>
internal interface IListedProfileStore
{
    IReadOnlyCollection<string> Names { get; }
}
