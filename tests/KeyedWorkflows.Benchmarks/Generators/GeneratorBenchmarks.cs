extern alias generators;

using BenchmarkDotNet.Attributes;

namespace KeyedWorkflows.Benchmarks.Generators;

/// <summary>What the generator adds to a build, and to every key pressed in an editor, beside Refit's on as many interfaces.</summary>
[Config(typeof(GeneratorConfig))]
public class GeneratorBenchmarks
{
    private GeneratorHost workflows = null!;
    private GeneratorHost refit = null!;

    [Params(10, 100, 1_000)]
    public int Classes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        workflows = Prepared(new(new generators::KeyedWorkflows.Generators.WorkflowGenerator(), WorkflowSources.Of(Classes)));
        refit = Prepared(new(RefitGenerator.Create(), RefitSources.Of(Classes)));
    }

    [Benchmark]
    public int WorkflowsCold() => workflows.Cold();

    [Benchmark]
    public int WorkflowsAfterUnrelatedEdit() => workflows.AfterUnrelatedEdit();

    [Benchmark]
    public int RefitCold() => refit.Cold();

    [Benchmark]
    public int RefitAfterUnrelatedEdit() => refit.AfterUnrelatedEdit();

    internal static async Task CompareAsync()
    {
        foreach (var classes in (int[])[10, 100, 1_000])
        {
            GeneratorBenchmarks generators = new() { Classes = classes };
            generators.Setup();
            await RatioProgram.CompareAsync(
                $"{classes} classes from nothing, to Refit's generator",
                ("Refit", () => Done(generators.RefitCold())),
                ("workflows", () => Done(generators.WorkflowsCold())));
            await RatioProgram.CompareAsync(
                $"{classes} classes after an unrelated edit, to Refit's generator",
                ("Refit", () => Done(generators.RefitAfterUnrelatedEdit())),
                ("workflows", () => Done(generators.WorkflowsAfterUnrelatedEdit())));
        }
    }

    private static Task Done(int files) => files > 0 ? Task.CompletedTask : throw new InvalidOperationException("Nothing was generated.");

    private GeneratorHost Prepared(GeneratorHost host)
    {
        if (host.Errors() is [var error, ..])
            throw new InvalidOperationException(error.ToString());
        if (host.Warm() is var files && files < Classes)
            throw new InvalidOperationException($"{files} files for {Classes} classes.");
        return host;
    }
}
