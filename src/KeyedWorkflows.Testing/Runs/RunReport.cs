using System.Globalization;
using System.Text;

namespace KeyedWorkflows.Testing;

/// <summary>How a test run went, for whoever reads why an assertion failed.</summary>
internal static class RunReport
{
    private const int LongestText = 500;

    public static string Of<TOutput>(WorkflowTestRun<TOutput> run)
    {
        StringBuilder report = new();
        report.Append(CultureInfo.InvariantCulture, $"The run: {run.Status}, {run.Usage.Calls} model calls");
        report.Append(run.Error is WorkflowRunException error ? $", {error.Code}: {error.Message}" : run.Error is { } other ? $", {other.GetType().Name}: {other.Message}" : "");
        report.Append('\n');
        if (run.Binding is { Slots.Count: > 0 } binding)
            report.Append("Bound: ").AppendJoin("; ", binding.Slots).Append('\n');
        return report.Append("Steps: ").AppendJoin("; ", run.Steps).Append('.').ToString();
    }

    public static string Of(IReadOnlyList<ModelRequest> requests)
    {
        if (requests.Count == 0)
            return "It asked nothing.\n";
        StringBuilder report = new("It asked:\n");
        foreach (var request in requests)
        {
            foreach (var message in request.Messages)
                report.Append("  ").Append(message.Role).Append(": ").Append(Short(message.Text)).Append('\n');
            foreach (var input in request.Inputs)
                report.Append("  to embed: ").Append(Short(input)).Append('\n');
        }
        return report.ToString();
    }

    private static string Short(string text) => text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText), " …");
}
