using System.Globalization;
using KeyedWorkflows.Server;

namespace KeyedWorkflows.Cli.Stores;

/// <summary>What is wrong with some of many clients, in a text for people: all was refused, and who mends the file wants to hear of more than the first.</summary>
internal static class ClientProblems
{
    private const int Most = 20;

    public static string Text(IReadOnlyList<EntryProblem> problems)
    {
        var lines = problems.Take(Most).Select(static problem => string.Create(CultureInfo.InvariantCulture, $" clients[{problem.Index}], {problem.Part}: {problem.Message}"));
        return "Nothing was made. Mend this, and give all of it again:" + string.Concat(lines) + (problems.Count > Most ? string.Create(CultureInfo.InvariantCulture, $" … and {problems.Count - Most} more.") : "");
    }

    /// <summary>As one profile or token whose name is taken, where nothing else is wrong.</summary>
    public static int ExitCodeOf(IReadOnlyList<EntryProblem> problems) => problems.All(static problem => problem.Code == "name_taken") ? ExitCodes.Conflict : ExitCodes.Refused;

    public static CommandFault Of(ApiError error) => error.Problems is { Count: > 0 } problems ? new(ExitCodeOf(problems), Text(problems)) : CommandFault.Refused(error.Message);
}
