using System.Globalization;
using KeyedWorkflows.Server;

namespace KeyedWorkflows.Cli.Stores;

/// <summary>What is wrong with some of many clients, in a text for people: all was refused, and who mends the file wants to hear of more than the first.</summary>
internal static class ClientProblems
{
    private const int Most = 20;

    public static string Text(string message, IReadOnlyList<(int Index, string Part, string Message)> problems)
    {
        var lines = problems.Take(Most).Select(static problem => string.Create(CultureInfo.InvariantCulture, $" clients[{problem.Index}], {problem.Part}: {problem.Message}"));
        return message + string.Concat(lines) + (problems.Count > Most ? string.Create(CultureInfo.InvariantCulture, $" … and {problems.Count - Most} more.") : "");
    }

    public static CommandFault Of(ApiError error) =>
        CommandFault.Refused(Text(error.Message, [.. (error.Problems ?? []).Select(static problem => (problem.Index, problem.Part, problem.Message))]));
}
