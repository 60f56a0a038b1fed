using BenchmarkDotNet.Running;
using KeyedWorkflows.Benchmarks;
using KeyedWorkflows.Benchmarks.Analyzers;
using KeyedWorkflows.Benchmarks.Binding;
using KeyedWorkflows.Benchmarks.Chains;
using KeyedWorkflows.Benchmarks.Generators;
using KeyedWorkflows.Benchmarks.Guards;
using KeyedWorkflows.Benchmarks.Load;
using KeyedWorkflows.Benchmarks.Serving;

switch (args)
{
    case [ModelServerProgram.Verb]:
        return await ModelServerProgram.RunAsync();
    case [BareProgram.Verb]:
        return await BareProgram.RunAsync();
    case [ServerProgram.Verb, .. var set]:
        return await ServerProgram.RunAsync(isFair: set is ["fair"]);
    case [ServingProgram.Verb, "fairness"]:
        await FairnessProgram.RunAsync();
        return 0;
    case [ServingProgram.Verb, "soak", var minutes]:
        await ServingProgram.SoakAsync(TimeSpan.FromMinutes(double.Parse(minutes, System.Globalization.CultureInfo.InvariantCulture)));
        return 0;
    case [ServingProgram.Verb, "streams", var count]:
        await ServingProgram.OpenStreamsAsync(int.Parse(count, System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    case [ServingProgram.Verb, .. var rest]:
        await ServingProgram.RunAsync(rest.FirstOrDefault());
        return 0;
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
    case [HistoryProgram.Verb]:
        await HistoryProgram.RunAsync();
        return 0;
    case [StoreProgram.WatchVerb, var folder]:
        return await StoreProgram.WatchAsync(folder);
    case []:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(["--filter", "*"]);
        await CompareAsync();
        await LoadProgram.RunAsync();
        await StoreProgram.RunAsync();
        await HistoryProgram.RunAsync();
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
