using CsCheck;
using KeyedWorkflows.Generators.Tests.Executor.Drawing;
using KeyedWorkflows.Generators.Tests.Executor.Running;
using KeyedWorkflows.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Generators.Tests.Executor;

/// <summary>
/// Draws workflows, writes them as C#, compiles them with what the generator emits, runs them, and compares each run with a plain interpreter of the graph: output or failure, calls and their arguments, events, and what the
/// checkpoint holds, from the beginning and from any set of finished steps.
/// </summary>
public sealed class ExecutorPropertyTests
{
    private const int BatchSize = 40;

    /// <summary>Of each workflow its size and two seeds: what it is, and how it is run.</summary>
    private static readonly Gen<(int Size, int Graph, int Runs)[]> Batches = Gen.Select(Gen.Int[1, 10], Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue]).Array[BatchSize];

    [Fact]
    public Task Generated_code_does_what_the_graph_says() => CheckAsync(batches: 2, runs: 6);

    [Fact]
    [Trait("Category", "Heavy")]
    public Task Generated_code_does_what_the_graph_says_for_a_thousand_graphs()
    {
        Heavy.Only();
        return CheckAsync(batches: 25, runs: 12);
    }

    private static async Task CheckAsync(int batches, int runs)
    {
        var faults = new List<string>();

        // Away from the test's own context: the steps go on wherever they like, as in a host.
        await Task.Run(
            () => Batches.Sample(batch => CheckAsync(batch, runs, faults).GetAwaiter().GetResult(), iter: batches, threads: 1, print: static batch => $"{batch.Length} workflows"),
            TestContext.Current.CancellationToken);
        Assert.True(faults.Count <= batches * BatchSize / 20, $"Of {batches * BatchSize} drawn workflows the rules refuse {faults.Count}:\n{string.Join('\n', faults.Distinct().Take(20))}");
    }

    private static async Task CheckAsync((int Size, int Graph, int Runs)[] batch, int runs, List<string> faults)
    {
        DrawnGraph[] graphs = [.. batch.Select(static (drawn, number) => GraphDrawing.Draw(number, drawn.Size, drawn.Graph))];
        using var assembly = GraphAssembly.Compile([.. graphs.Select(GraphSource.Write)]);
        await using var services = ScriptedServices.Create();
        var host = services.GetRequiredService<WorkflowHost>();
        foreach (var graph in graphs)
        {
            var name = GraphSource.ClassName(graph);
            if (assembly.FaultsOf(name) is { Count: > 0 } found)
            {
                faults.Add(string.Join('\n', found));
                continue;
            }
            var runner = new GraphRun(graph, assembly.DefinitionOf(name), host);
            foreach (var run in RunDrawing.Draw(graph, runs, batch[graph.Number].Runs))
            {
                if (await runner.FindDifferenceAsync(run) is { } difference)
                    Assert.Fail(difference);
            }
        }
    }
}
