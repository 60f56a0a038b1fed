namespace KeyedWorkflows.Storage;

/// <summary>Some of many clients cannot be added, and so none was.</summary>
/// <param name="problems">What is wrong, by index.</param>
public sealed class ClientsRefusedException(IReadOnlyList<ClientProblem> problems) : Exception($"{problems.Count} of the clients cannot be added, and none was. The first is number {problems[0].Index} (from 0): {problems[0].Message}")
{
    /// <summary>What is wrong, by index.</summary>
    public IReadOnlyList<ClientProblem> Problems { get; } = problems;
}
