using KeyedWorkflows.Server;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>What came of a trial, in the words of this program.</summary>
internal static class TrialView
{
    public static string? Text(KeyTrial? trial) => trial?.ErrorCode == WorkflowErrorCodes.ModelMissing ? "The profile names no model of its own: say with --model which one to ask." : trial?.Error;
}
