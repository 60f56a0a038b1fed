namespace KeyedWorkflows.Cli;

/// <summary>Why a command ends without having done what was asked: a sentence for people that repeats no key, and the exit code for scripts.</summary>
internal sealed class CommandFault(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>One of <see cref="WorkflowErrorCodes"/>, where the host or the store said one.</summary>
    public string? ErrorCode { get; init; }

    public static CommandFault Refused(string message) => new(ExitCodes.Refused, message);

    public static CommandFault Usage(string message) => new(ExitCodes.Usage, message);

    public static CommandFault NotFound(string message) => new(ExitCodes.NotFound, message);

    public static CommandFault Conflict(string message) => new(ExitCodes.Conflict, message);

    public static CommandFault Unavailable(string message) => new(ExitCodes.Unavailable, message);
}
