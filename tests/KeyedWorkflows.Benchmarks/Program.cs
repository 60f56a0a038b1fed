using BenchmarkDotNet.Running;
using KeyedWorkflows.Benchmarks;
using KeyedWorkflows.Benchmarks.Analyzers;
using KeyedWorkflows.Benchmarks.Binding;
using KeyedWorkflows.Benchmarks.Chains;
using KeyedWorkflows.Benchmarks.Generators;
using KeyedWorkflows.Benchmarks.Guards;
using KeyedWorkflows.Benchmarks.Load;

switch (args)
{
    case [ModelServerProgram.Verb]:
        return await ModelServerProgram.RunAsync();
    case [LoadProgram.Verb]:
        await LoadProgram.RunAsync();
        return 0;
    case [RatioProgram.Verb]:
        await CompareAsync();
        return 0;
    case [RatioProgram.Verb, "guards"]:
        await CompareGuardsAsync();
        return 0;
    case [AnalyzerProgram.Verb]:
        await AnalyzerProgram.RunAsync(which: null);
        return 0;
    case [AnalyzerProgram.Verb, "write", var which, var folder]:
        AnalyzerProgram.Write(which, folder);
        return 0;
    case [AnalyzerProgram.Verb, "share", var which]:
        await AnalyzerProgram.ShareAsync(which);
        return 0;
    case [AnalyzerProgram.Verb, var which]:
        await AnalyzerProgram.RunAsync(which);
        return 0;
    case [StoreProgram.Verb]:
        await StoreProgram.RunAsync();
        return 0;
    case [StoreProgram.WatchVerb, var folder]:
        return await StoreProgram.WatchAsync(folder);
    case []:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(["--filter", "*"]);
        await CompareAsync();
        await LoadProgram.RunAsync();
        await StoreProgram.RunAsync();
        await AnalyzerProgram.RunAsync(which: null);
        return 0;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}

static async Task CompareAsync()
{
    await ChainBenchmarks.CompareAsync();
    await YieldingChainBenchmarks.CompareAsync();
    await DiamondBenchmarks.CompareAsync();
    await BindingBenchmarks.CompareAsync();
    await GeneratorBenchmarks.CompareAsync();
    await CompareGuardsAsync();
}

static async Task CompareGuardsAsync()
{
    await GuardBenchmarks.CompareAsync();
    await ScrubberBenchmarks.CompareAsync();
}
