using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Generators.Tests.Mutations;

/// <summary>Makes mutants of a source: tokens dropped, doubled, swapped, replaced, and names that clash.</summary>
internal sealed class Mutator(int seed)
{
    private static readonly string[] Names =
    [
        "Run", "run", "fork", "Fork", "Task", "input", "cancellationToken", "ct", "Executor", "step", "scope", "item", "error", "workflow", "messages", "options", "values", "piece", "Instance", "Definition",
        "ToolValues", "Seen", "Values", "Result", "Argument", "System", "KeyedWorkflows", "Acme", "Microsoft", "Name", "Json", "ExecuteAsync", "CreateWorkflow", "Equals", "ToString", "GetType", "MemberwiseClone",
        "Dispose", "Input", "Output", "Step", "Steps", "Validate", "services", "arguments", "transport", "Finalize", "Classify", "classify", "classifyTask", "RunClassifyAsync", "@class", "@event", "@await", "async",
        "var", "nameof", "_", "__", "value", "field", "global", "record", "partial", "await", "yield", "when", "LookUpTool", "RulesOfCount",
    ];

    private static readonly string[] Types =
    [
        "int", "int?", "string", "string?", "object", "dynamic", "void", "bool", "long", "double", "decimal", "int[]", "string?[]", "List<int>", "IReadOnlyList<string?>", "Span<int>", "(int, string)", "(int A, string? B)?",
        "Task", "Task<int>", "Task<string?>", "ValueTask<int?>", "ValueTask", "IAsyncEnumerable<string>", "Func<int>", "Action", "DateTime?", "Guid", "IChatClient", "RunContext", "CancellationToken", "Secret",
        "System.Collections.Immutable.ImmutableArray<int>", "System.Collections.Immutable.ImmutableArray<int>?", "Dictionary<string, int?>", "nint", "delegate*<void>", "int*", "Exception", "Enum", "DayOfWeek", "T", "Missing",
    ];

    private static readonly string[] Words = ["static", "async", "partial", "public", "private", "protected", "internal", "ref", "out", "in", "params", "this", "unsafe", "virtual", "new", "sealed", "readonly", "required", "const", "?", "!", "[]", "= default", "true", "null", "-1", "0", "\"\"", "{ }", ";", ")", "<int>"];

    private readonly Random random = new(seed);

    /// <summary>Changes a source in one to three places.</summary>
    public string Mutate(string source)
    {
        var declared = Declared(source);
        List<string> tokens = [.. SyntaxFactory.ParseTokens(source, options: CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest)).Select(static token => token.ToFullString())];
        for (var edits = 1 + random.Next(4) / 3 + random.Next(8) / 7; edits > 0; edits--)
            Edit(tokens, declared);
        return string.Concat(tokens);
    }

    /// <summary>The names that the source itself gives.</summary>
    private static List<string> Declared(string source)
    {
        var root = CSharpSyntaxTree.ParseText(source, CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest)).GetRoot();
        return
        [
            .. root.DescendantNodes().Select(static node => node switch
            {
                BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
                MethodDeclarationSyntax method => method.Identifier.ValueText,
                ParameterSyntax parameter => parameter.Identifier.ValueText,
                PropertyDeclarationSyntax property => property.Identifier.ValueText,
                EnumMemberDeclarationSyntax member => member.Identifier.ValueText,
                _ => "",
            }).Where(static name => name.Length > 0).Distinct(StringComparer.Ordinal),
        ];
    }

    private void Edit(List<string> tokens, List<string> declared)
    {
        var at = random.Next(tokens.Count - 1);
        switch (random.Next(14))
        {
            case 0:
                tokens.RemoveAt(at);
                break;
            case 1:
                tokens.Insert(at, tokens[at]);
                break;
            case 2:
                (tokens[at], tokens[at + 1]) = (tokens[at + 1], tokens[at]);
                break;
            case 3:
                var other = random.Next(tokens.Count - 1);
                (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                break;
            case 4:
                tokens[at] = tokens[random.Next(tokens.Count - 1)];
                break;
            case 5:
                tokens.Insert(at, Words[random.Next(Words.Length)] + " ");
                break;
            case 6:
                // One name, at one place.
                Rename(tokens, Identifier(tokens, at), Names[random.Next(Names.Length)]);
                break;
            case 7:
                Rename(tokens, Identifier(tokens, at), Types[random.Next(Types.Length)]);
                break;
            default:
                // One of the author's names, wherever it stands: the code means the same, as a rule.
                var name = declared[random.Next(declared.Count)];
                RenameAll(tokens, name, random.Next(3) == 0 ? declared[random.Next(declared.Count)] : Names[random.Next(Names.Length)]);
                break;
        }
    }

    private static int Identifier(List<string> tokens, int from)
    {
        for (var i = from; i < tokens.Count; i++)
        {
            if (tokens[i].Trim() is { Length: > 0 } name && (char.IsLetter(name[0]) || name[0] == '@'))
                return i;
        }
        return from;
    }

    private static void Rename(List<string> tokens, int at, string name)
    {
        var old = tokens[at].Trim();
        if (old.Length > 0)
            tokens[at] = tokens[at].Replace(old, name, StringComparison.Ordinal);
    }

    private static void RenameAll(List<string> tokens, string old, string name)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Trim() == old)
                tokens[i] = tokens[i].Replace(old, name, StringComparison.Ordinal);
            else if (tokens[i].Contains("{{", StringComparison.Ordinal))
                tokens[i] = Regex.Replace(tokens[i], @"\{\{[^}]*\}\}", placeholder => Regex.Replace(placeholder.Value, $@"\b{Regex.Escape(old)}\b", name.TrimStart('@')));
        }
    }
}
