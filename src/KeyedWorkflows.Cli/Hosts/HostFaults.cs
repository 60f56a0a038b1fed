namespace KeyedWorkflows.Cli.Hosts;

/// <summary>What a host refuses, in the words of this program.</summary>
internal static class HostFaults
{
    /// <summary>Whether what answered is no host, and so says nothing of a workflow or a run: another path, or a proxy before it.</summary>
    public static bool IsOfNoHost(WorkflowRunException refused) => refused.Code == WorkflowErrorCodes.WorkflowNotFound && refused.Message.Contains("WorkflowClientOptions.BaseAddress", StringComparison.Ordinal);

    public static CommandFault Of(WorkflowRunException refused)
    {
        var code = refused.Code switch
        {
            WorkflowErrorCodes.ConnectionFailed or WorkflowErrorCodes.ServerFailed or WorkflowErrorCodes.StoreUnavailable => ExitCodes.Unavailable,

            WorkflowErrorCodes.WorkflowNotFound when IsOfNoHost(refused) => ExitCodes.Unavailable,
            WorkflowErrorCodes.WorkflowNotFound => ExitCodes.NotFound,
            _ => ExitCodes.Refused,
        };
        return new CommandFault(code, HostWords.Of(refused.Message)) { ErrorCode = refused.Code };
    }
}
