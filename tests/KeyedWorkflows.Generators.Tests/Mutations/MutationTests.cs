using System.Collections.Concurrent;
using KeyedWorkflows.Generators.Parsing;
using KeyedWorkflows.Generators.Tests.Compilations;
using KeyedWorkflows.Generators.Tests.Emitting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Generators.Tests.Mutations;

/// <summary>Whatever an author types, the generator does not throw; and where the author's code is right by the compiler, what is emitted compiles with it.</summary>
public sealed class MutationTests
{
    // Bodies of partial methods, which the generator adds.
    private static readonly HashSet<string> Expected = ["CS8795"];

    [Fact]
    public void The_seeds_are_sound()
    {
        foreach (var seed in MutationSeeds.All)
            Assert.Empty(Emission.Sound(seed).Faults);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Mutants_are_survived(int part) => Hunt(part * 1_000_000, 100);

    [Fact]
    [Trait("Category", "Heavy")]
    public void Ten_thousand_mutants_are_survived()
    {
        Heavy.Only();
        Hunt(0, int.TryParse(Environment.GetEnvironmentVariable("KEYEDWORKFLOWS_MUTANTS"), out var count) ? count : 10_000);
    }

    private static void Hunt(int first, int count)
    {
        var found = new ConcurrentQueue<string>();
        var compiled = 0;
        var sound = 0;
        var start = int.TryParse(Environment.GetEnvironmentVariable("KEYEDWORKFLOWS_MUTANT"), out var one) ? one : first;
        var total = start == first ? count : 1;
        Parallel.For(start, start + total, new() { MaxDegreeOfParallelism = 2, CancellationToken = TestContext.Current.CancellationToken }, number =>
        {
            var mutant = new Mutator(number).Mutate(MutationSeeds.All[number % MutationSeeds.All.Count]);
            var (complaint, faults) = Judge(mutant);
            if (complaint is not null)
                found.Enqueue($"Mutant {number}: {complaint}\n{mutant}");
            if (faults >= 0)
                Interlocked.Increment(ref compiled);
            if (faults == 0)
                Interlocked.Increment(ref sound);
        });
        if (!found.IsEmpty)
            Assert.Fail($"{found.Count} mutants of {total}, of which {compiled} compile and {sound} are sound.\n" + string.Join("\n\n", found.Take(12)));

        // Else it is the compiler that was tested.
        if (total > 1)
            Assert.True(sound * 6 > total, $"Of {total} mutants {compiled} compile and {sound} are sound.");
    }

    /// <summary>What is wrong, and how many faults the parser finds: -1 where the author's code does not compile.</summary>
    private static (string? Complaint, int Faults) Judge(string mutant)
    {
        var compilation = TestCompilation.Of(mutant);
        var driver = Emission.Driver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out _, TestContext.Current.CancellationToken);
        var result = driver.GetRunResult().Results.Single();
        if (result.Exception is { } thrown)
            return ("the generator threw " + thrown, -1);
        if (!result.Diagnostics.IsEmpty)
            return (result.Diagnostics[0].ToString(), -1);
        if (compilation.SyntaxTrees.Any(static tree => tree.GetDiagnostics(TestContext.Current.CancellationToken).Any(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
            || Errors(compilation, diagnostic => !Expected.Contains(diagnostic.Id)).Count > 0)
        {
            return (null, -1);
        }
        var faults = Faults(compilation);
        var errors = Errors(output, diagnostic => faults.Count == 0 || !Expected.Contains(diagnostic.Id));
        return (errors.Count == 0 ? null : $"{string.Join('\n', errors.Take(3))}\nfaults: {string.Join('\n', faults)}", faults.Count);
    }

    private static List<string> Errors(Compilation compilation, Func<Diagnostic, bool> counts) =>
    [
        .. compilation.GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && counts(diagnostic))
            .Select(static diagnostic => $"{diagnostic}: {diagnostic.Location.SourceTree?.GetText().Lines[diagnostic.Location.GetLineSpan().StartLinePosition.Line]}"),
    ];

    private static List<string> Faults(CSharpCompilation compilation)
    {
        var faults = new List<string>();
        foreach (var tree in compilation.SyntaxTrees)
        {
            foreach (var declaration in tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<TypeDeclarationSyntax>())
            {
                if (compilation.GetSemanticModel(tree).GetDeclaredSymbol(declaration, TestContext.Current.CancellationToken) is { } type)
                {
                    var found = WorkflowParser.Parse(type, compilation, TestContext.Current.CancellationToken).Faults;
                    faults.AddRange(found.Select(static fault => fault.Rule + ": " + fault.Message));

                    // The analyzers, which leave out what is for an emitter, say the same.
                    Assert.Equal(found, WorkflowParser.Check(type, compilation, TestContext.Current.CancellationToken).Faults);
                }
            }
        }
        return faults;
    }
}