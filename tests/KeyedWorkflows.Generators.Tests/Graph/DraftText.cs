using System.Text.RegularExpressions;
using KeyedWorkflows.Generators.Graph;
using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Tests.Graph;

/// <summary>
/// Reads a graph from lines. A line is a step: <c>Draft([From(A, B)] Topic? topic, [ForEach] Order order): Reply? when IsUrgent is No otherwise Route after Save optional output tools LookUp</c>.
/// A line that begins with <c>condition</c> is a condition method that is no step, one with <c>tool</c> a tool.
/// </summary>
internal static partial class DraftText
{
    /// <summary>The place of the class; nodes have 100, 200 and on, their parameters 101, 102 and on; those of tools begin at 10100.</summary>
    public const int ClassPlace = 1;

    /// <summary>Reads and solves a graph whose input is a Ticket and whose output is a Reply.</summary>
    public static SolvedGraph Solve(params string[] lines) => Solve("Ticket", "Reply", lines);

    /// <summary>Reads and solves a graph.</summary>
    public static SolvedGraph Solve(string input, string output, string[] lines) =>
        GraphSolver.Solve(Read(input, output, lines), TestContext.Current.CancellationToken);

    /// <summary>Reads a graph.</summary>
    public static GraphDraft Read(string input, string output, string[] lines)
    {
        var toolLines = lines.Where(static line => line.StartsWith("tool ", StringComparison.Ordinal)).ToArray();
        var nodeLines = lines.Where(static line => !line.StartsWith("tool ", StringComparison.Ordinal)).ToArray();
        var nodeMatches = nodeLines.Select(Match).ToArray();
        var names = nodeMatches.Select(static match => match.Groups["name"].Value).ToArray();
        var toolMatches = toolLines.Select(Match).ToArray();
        var toolNames = toolMatches.Select(static match => match.Groups["name"].Value).ToArray();
        var isOfRoute = nodeMatches.SelectMany(static match => Clauses(match).Where(static clause => clause[0] == "when" && clause.Length == 4))
            .ToLookup(static clause => clause[1], static clause => clause[3]);
        return new()
        {
            Input = Type(input),
            Output = Type(output),
            Location = ClassPlace,
            Tools = [.. toolMatches.Select(static (match, i) => new ToolDraft { Name = match.Groups["name"].Value, Parameters = Parameters(match, 10_000 + (100 * (i + 1))) })],
            Nodes = [.. nodeMatches.Select((match, i) => Node(match, 100 * (i + 1), names, toolNames, isOfRoute))],
        };
    }

    /// <summary>A type by its C# name.</summary>
    public static TypeModel Type(string text)
    {
        var name = text.TrimEnd('?');
        var (kind, element) = Sequence(name);
        return new()
        {
            Name = name,
            DisplayName = name,
            IsValueType = false,
            IsNullable = name != text,
            Shape = kind == SequenceKind.None ? TypeShape.Other : TypeShape.Sequence,
            Sequence = kind,
            ElementName = element,
        };
    }

    private static (SequenceKind Kind, string? Element) Sequence(string name)
    {
        if (name.EndsWith("[]", StringComparison.Ordinal))
            return (SequenceKind.Array, name[..^2]);
        var open = name.IndexOf('<', StringComparison.Ordinal);
        if (open < 0)
            return (SequenceKind.None, null);
        var kind = name[..open] switch
        {
            "List" => SequenceKind.List,
            "IReadOnlyList" => SequenceKind.ReadOnlyList,
            "IEnumerable" => SequenceKind.Enumerable,
            "IList" => SequenceKind.IList,
            "ICollection" => SequenceKind.Collection,
            "IReadOnlyCollection" => SequenceKind.ReadOnlyCollection,
            "ImmutableArray" => SequenceKind.ImmutableArray,
            _ => SequenceKind.None,
        };
        return kind == SequenceKind.None ? (kind, null) : (kind, name[(open + 1)..^1]);
    }

    private static Match Match(string line)
    {
        var match = Line().Match(line);
        return match.Success ? match : throw new ArgumentException($"Not a step: {line}", nameof(line));
    }

    private static NodeDraft Node(Match match, int place, string[] names, string[] tools, ILookup<string, string> constants)
    {
        var parameters = Parameters(match, place);
        var isForEach = parameters.Any(static parameter => parameter.Kind == ParameterKind.ForEachElement);
        var result = match.Groups["result"].Value;
        var clauses = Clauses(match);
        string[] Named(string word) => [.. clauses.Where(clause => clause[0] == word).SelectMany(static clause => clause[1..])];
        return new()
        {
            Name = match.Groups["name"].Value,
            IsCondition = match.Groups["kind"].Value == "condition",
            Output = result.Length == 0 ? null : Type(isForEach ? result + "[]" : result),
            ReturnsNullable = result.EndsWith('?'),
            Parameters = parameters,
            Location = place,
            Optional = clauses.Any(static clause => clause[0] == "optional"),
            IsOutput = clauses.Any(static clause => clause[0] == "output"),
            After = [.. Named("after")],
            Tools = [.. Named("tools").Select(tool => Array.IndexOf(tools, tool))],
            Guards = [.. clauses.Where(static clause => clause[0] is "when" or "unless" or "otherwise").Select(clause => new GuardModel
            {
                Condition = Array.IndexOf(names, clause[1]),
                Test = clause[0] switch
                {
                    "unless" => GuardTest.False,
                    "otherwise" => GuardTest.Otherwise,
                    _ => clause.Length == 4 ? GuardTest.Is : GuardTest.True,
                },
                Constant = clause.Length == 4 ? clause[3] : null,
                OtherConstants = clause[0] == "otherwise" ? [.. constants[clause[1]].Distinct()] : [],
            })],
        };
    }

    private static string[][] Clauses(Match match) =>
        [.. Clause().Matches(match.Groups["rest"].Value).Select(static clause => clause.Value.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))];

    private static EquatableArray<ParameterDraft> Parameters(Match match, int place) =>
    [
        .. Parameter().Matches(match.Groups["parameters"].Value).Select((parameter, i) => new ParameterDraft
        {
            Name = parameter.Groups["name"].Value,
            Type = Type(parameter.Groups["type"].Value),
            Kind = parameter.Groups["type"].Value == "CancellationToken" ? ParameterKind.CancellationToken
                : parameter.Groups["mark"].Value.Contains("ForEach", StringComparison.Ordinal) ? ParameterKind.ForEachElement
                : ParameterKind.Data,
            FromInput = parameter.Groups["mark"].Value.Contains("FromInput", StringComparison.Ordinal),
            From = parameter.Groups["from"].Success ? [.. parameter.Groups["from"].Value.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)] : null,
            Location = place + i + 1,
        }),
    ];

    [GeneratedRegex(@"^((?<kind>condition|tool) )?(?<name>\w+)\((?<parameters>.*?)\)(?=$|:| )(: (?<result>\S+))?(?<rest>.*)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"(?<mark>(\[(From\((?<from>[^)]*)\)|\w+)\] ?)*)(?<type>[\w?<>\[\]]+) (?<name>\w+)(, |$)")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"(when \w+( is \w+)?|unless \w+|otherwise \w+|after \w+(, \w+)*|tools \w+(, \w+)*|optional|output)")]
    private static partial Regex Clause();
}
