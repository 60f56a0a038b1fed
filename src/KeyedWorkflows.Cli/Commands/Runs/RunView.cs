using System.Globalization;
using System.Text;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Cli.Stores;

namespace KeyedWorkflows.Cli.Commands.Runs;

/// <summary>How runs are shown. What callers and models said is shown as far as it is kept, and only where one run is asked for.</summary>
internal static class RunView
{
    /// <summary>Longer inputs and answers are for <c>--json</c>.</summary>
    private const int MostCharacters = 2_000;

    public static void Write(Terminal terminal, RunDetail detail)
    {
        var run = detail.Run;
        new Details()
            .Add("run", run.Id).Add("workflow", run.Version is { } version ? $"{run.Workflow}@{version}" : run.Workflow).Add("status", run.Status).Add("tenant", run.Tenant).Add("user", run.EndUser).Add("token", run.TokenId)
            .Add("paid by", string.Join(", ", detail.Calls.Select(static call => call.ProfileName ?? "a key of the run").Distinct(StringComparer.Ordinal)))
            .Add("begun", Times.Of(run.CreatedAt)).Add("took", run.Duration is { } duration ? Times.Of(duration) : null)
            .Add("usage", string.Create(CultureInfo.InvariantCulture, $"{run.Usage.Calls} calls, {run.Usage.InputTokens} tokens in, {run.Usage.OutputTokens} out"))
            .Add("error", run.ErrorCode is null ? null : $"{run.ErrorCode}: {run.Error}").Add("inputs", Shortened(run.Inputs)).Add("outputs", Shortened(run.Outputs))
            .WriteTo(terminal.Output);
        if (detail.Steps.Count > 0)
        {
            terminal.Output.WriteLine();
            var steps = new Table("STEP", "STATUS", "TOOK", "CALLS", "TOKENS", "ERROR");
            foreach (var step in detail.Steps)
            {
                steps.Add(
                    step.Element is { } element ? string.Create(CultureInfo.InvariantCulture, $"{step.Step}[{element}]") : step.Step, step.Attempt > 1 ? string.Create(CultureInfo.InvariantCulture, $"{step.Status} ({step.Attempt})") : step.Status,
                    Times.Of(step.Duration), step.Usage.Calls.ToString(CultureInfo.InvariantCulture), (step.Usage.InputTokens + step.Usage.OutputTokens).ToString(CultureInfo.InvariantCulture), step.ErrorCode);
            }
            steps.WriteTo(terminal);
        }
    }

    private static string? Shortened(byte[]? json)
    {
        if (json is null)
            return null;
        var text = Encoding.UTF8.GetString(json);
        return text.Length <= MostCharacters ? text : text[..MostCharacters] + "… (all of it: --json)";
    }
}
