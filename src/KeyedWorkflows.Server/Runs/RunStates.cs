namespace KeyedWorkflows.Server;

/// <summary>How the state of a run is called in answers and records.</summary>
internal static class RunStates
{
    public const string Running = "running";

    public const string Succeeded = "succeeded";

    public const string PartialSucceeded = "partial-succeeded";

    public const string Failed = "failed";

    public const string Stopped = "stopped";

    public static bool IsKnown(string text) => text is Running or Succeeded or PartialSucceeded or Failed or Stopped;

    public static string Of(RunStatus status) => status switch
    {
        RunStatus.Succeeded => Succeeded,
        RunStatus.PartialSucceeded => PartialSucceeded,
        RunStatus.Stopped => Stopped,
        RunStatus.Running => Running,
        _ => Failed,
    };
}
