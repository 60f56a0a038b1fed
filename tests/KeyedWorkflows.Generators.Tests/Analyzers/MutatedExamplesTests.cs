using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using KeyedWorkflows.Generators.Tests.Analyzers.Keys;
using KeyedWorkflows.Generators.Tests.Compilations;
using KeyedWorkflows.Generators.Tests.Emitting;
using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>The examples of all rules' pages, broken in every way: no analyzer and no generator throws, whatever it is shown. Many sources are looked at together, so that all rules see each of them.</summary>
public sealed partial class MutatedExamplesTests
{
    private const int Together = 50;

    /// <summary>What an author types that no page shows.</summary>
    private const string Oddities = """
        public sealed class Odd(Microsoft.Extensions.Configuration.IConfiguration settings, IChatClient kept)
        {
            private const string Half = "KEY";
            private readonly Dictionary<string, string> keys = new() { ["apiKey"] = Half + "rest", { "token", $"{Half}{nameof(Odd)}" } };
            private static string[] all = [Half, "--api-key", "KEY"];
            public (string Model, string ApiKey) Pair { get; set; } = ("gpt", "KEY");
            public string Key => settings["OpenAI:ApiKey"] ?? throw new InvalidOperationException($"No {Half}");
            public ReadOnlySpan<byte> Bytes => "KEY"u8;
            [Obsolete("KEY")] public object Do(string apiKey = "KEY") => apiKey switch { "KEY" => 1, { Length: > 3 } s when s == "KEY" => Credential.ApiKey(Secret.From(s)), _ => kept };
            public async Task Leave(IChatClient chat) { _ = Task.Run(() => chat); var task = Later(); async Task Later() => await chat.GetResponseAsync("KEY"); await Task.WhenAll(task); }
        }
        """;

    private static readonly Lazy<ImmutableArray<string>> Examples = new(static () =>
    [
        Oddities,
        .. typeof(MutatedExamplesTests).Assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith("docs/KW", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .SelectMany(static name => Blocks().Matches(Read(name)).Select(static match => match.Groups["code"].Value)),
    ]);

    /// <summary>What stands between the tokens is kept with them.</summary>
    private static readonly Lazy<string[][]> Tokens = new(static () =>
        [.. Examples.Value.Select(static example => CSharpSyntaxTree.ParseText(example + Analysis.Types, TestCompilation.ParseOptions).GetRoot().DescendantTokens().Select(static token => token.ToFullString()).ToArray())]);

    [Fact]
    public Task Five_hundred_broken_examples_crash_nothing() => Crash_nothing(0, 500);

    [Fact]
    [Trait("Category", "Heavy")]
    public Task Ten_thousand_broken_examples_crash_nothing()
    {
        Heavy.Only();
        return Crash_nothing(500, 10_000);
    }

    /// <summary>Huge, and nested further than anybody nests: whatever the compiler itself reads.</summary>
    [Fact]
    public async Task Huge_and_deep_sources_crash_nothing()
    {
        var key = new DrawnKeys(5).Of("Groq");
        string[] sources =
        [
            $"class Sum {{ string apiKey = {string.Join(" + ", Enumerable.Range(0, 5_000).Select(static i => $"\"{i}\""))}; }}",
            $"class Table {{ string[] rows = [{string.Concat(Enumerable.Range(0, 50_000).Select(static i => $"\"row {i}\",\n"))}]; }}",
            $"class Long {{ string text = \"{new string('x', 2_000_000)}{key}\"; }}",
            $"class Spaces {{ string text = \"{string.Concat(Enumerable.Repeat("apiKey = ", 100_000))}\"; }}",
            $"class Deep {{ object o = {new string('(', 400)}\"{key}\"{new string(')', 400)}; }}",
            $"class Choice {{ string apiKey = {string.Concat(Enumerable.Repeat("true ? ", 300))}\"{key}\"{string.Concat(Enumerable.Repeat(" : \"\"", 300))}; }}",
            $"class Filled {{ object apiKey = {string.Concat(Enumerable.Repeat("$\"{", 8))}\"{key}\"{string.Concat(Enumerable.Repeat("}\"", 8))}; }}",
            $"class Calls {{ object o = {string.Concat(Enumerable.Repeat("string.Concat(", 300))}\"{key}\"{new string(')', 300)}; }}",
            $"class Lists {{ object o = {string.Concat(Enumerable.Repeat("new object[] { ", 300))}\"{key}\"{string.Concat(Enumerable.Repeat(" }", 300))}; }}",
        ];

        foreach (var source in sources)
            await Analysis.RunAsync(Emission.Of(source).Output);
    }

    private static async Task Crash_nothing(int first, int count)
    {
        var keys = new DrawnKeys(first);
        for (var seed = first; seed < first + count; seed += Together)
        {
            var sources = Enumerable.Range(seed, Together).Select(one => Break(new Random(one), keys)).ToArray();
            var emission = Emission.Of(sources);
            Assert.True(emission.Result.Results.Single().Exception is null, $"Seeds from {seed}: {emission.Result.Results.Single().Exception}");
            try
            {
                await Analysis.RunAsync(emission.Output);
            }
            catch (Exception thrown) when (thrown is not OperationCanceledException)
            {
                Assert.Fail($"Seeds from {seed}: {thrown}");
            }
        }
    }

    /// <summary>Tokens are left out, doubled, cut short, or replaced by those of another example; and what is typed last may be missing.</summary>
    private static string Break(Random random, DrawnKeys keys)
    {
        var all = Tokens.Value;
        var tokens = (string[])all[random.Next(all.Length)].Clone();
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            var place = random.Next(tokens.Length);
            var other = all[random.Next(all.Length)];
            tokens[place] = random.Next(5) switch
            {
                0 => "",
                1 => tokens[place] + tokens[place],
                2 => tokens[place][..random.Next(tokens[place].Length + 1)],
                3 => string.Concat(other[..random.Next(Math.Min(40, other.Length))]),
                _ => other[random.Next(other.Length)],
            };
        }
        var length = random.Next(4) == 0 ? random.Next(tokens.Length) : tokens.Length;
        return new StringBuilder("using KeyedWorkflows;\nnamespace N").Append(random.Next(1_000_000)).Append(";\n").AppendJoin("", tokens[..length]).Replace("sk-…", keys.Of("OpenAI project")).Replace("KEY", keys.Random(36)).ToString();
    }

    private static string Read(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)\n```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Blocks();
}
