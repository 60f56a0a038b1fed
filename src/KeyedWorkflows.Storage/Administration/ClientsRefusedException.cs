namespace KeyedWorkflows.Storage;

/// <summary>Some of many clients cannot be added, and so none was.</summary>
public sealed class ClientsRefusedException : Exception
{
    internal ClientsRefusedException(IReadOnlyList<ClientProblem> problems)
        : base($"{problems.Count} of the clients cannot be added, and none was. The first is clients[{problems[0].Index}]: {problems[0].Message}") => Problems = problems;

    /// <summary>What is wrong, by index.</summary>
    public IReadOnlyList<ClientProblem> Problems { get; }
}
