using KeyedWorkflows.Generators.Tests.Compilations;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>Code that a program has written nests deeper than any author: the rules that follow values neither overflow the compiler's stack nor take longer with every level.</summary>
public sealed class OddNestingTests
{
    public static TheoryData<string, string> Bodies => new()
    {
        { "a sum of 5,000 parts", $"Console.WriteLine({Many(5_000, "ticket.Question", " + ")});" },
        { "a chain of 2,000 calls", $"var text = new StringBuilder(); text{Many(2_000, ".Append(ticket.Question)")}; Console.WriteLine(text.ToString());" },
        { "2,000 branches", $"if (ticket.Question == \"\") return \"\"; {Many(2_000, "else if (ticket.Question == key) Console.WriteLine(1); ")}" },
        { "30 loops in each other", Many(30, "while (key != \"\") { ") + "key = key.Trim(); " + Many(30, "} ") },
        { "30 local functions, each of which calls the next twice", string.Concat(Enumerable.Range(0, 30).Select(static i => $"string F{i}(string text) => F{i + 1}(text) + F{i + 1}(text); ")) + "string F30(string text) => text; Console.WriteLine(F0(key).Length);" },
        { "locals that are made of each other", $"var (a, b) = (key, ticket.Question); object kept = chat; {Many(60, "(a, b) = (b + a, a + b); a = a + b; b = b + a; kept = a == b ? (kept, kept) : new[] { kept, kept };")} Kept.Add(a, kept); Answers[a] = b;" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task What_nests_oddly_is_read_all_the_same(string what, string body)
    {
        var source = Flow(body);

        Assert.Empty(TestCompilation.Of(source).GetDiagnostics(TestContext.Current.CancellationToken).Where(static one => one.Severity == DiagnosticSeverity.Error).Select(one => $"{what}: {one}"));
        var reading = Analysis.RunAsync(TestCompilation.Of(source));
        Assert.Same(reading, await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)));
        await reading;
    }

    private static string Many(int times, string part, string between = "") => string.Join(between, Enumerable.Repeat(part, times));

    private static string Flow(string body) => $$"""
        using System.Text;

        public sealed record Order(string Question, Secret Key);

        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<Order, string>
        {
            private static readonly Dictionary<string, object> Kept = [];
            private static readonly Dictionary<string, string> Answers = [];

            [Step]
            public string Write(Order ticket, IChatClient chat)
            {
                var key = ticket.Key.Reveal();
                {{body}}
                return "";
            }
        }

        """;
}
