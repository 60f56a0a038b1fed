using KeyedWorkflows.Cli.Hosts;

namespace KeyedWorkflows.Cli.Commands.Running;

/// <summary>What a host refuses, in the words of this program.</summary>
internal static class HostFaults
{
    public static CommandFault Of(WorkflowRunException refused)
    {
        var code = refused.Code switch
        {
            WorkflowErrorCodes.ConnectionFailed or WorkflowErrorCodes.ServerFailed => ExitCodes.Unavailable,

            // What answered is no host, and says nothing of the workflow.
            WorkflowErrorCodes.WorkflowNotFound when refused.Message.Contains("WorkflowClientOptions.BaseAddress", StringComparison.Ordinal) => ExitCodes.Unavailable,
            WorkflowErrorCodes.WorkflowNotFound => ExitCodes.NotFound,
            _ => ExitCodes.Refused,
        };
        return new CommandFault(code, HostWords.Of(refused.Message)) { ErrorCode = refused.Code };
    }
}
