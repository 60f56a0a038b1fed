using System.Collections.Immutable;
using System.Diagnostics;
using KeyedWorkflows.KeyCorpus.Cases;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.KeyCorpus.Comparison;

/// <summary>Runs the tools on the same files.</summary>
internal static class Comparisons
{
    private const string MoreWords = "password, passwd, pwd, passphrase, apikey, api_key, secret, token, accesskey, access_key, subscriptionkey, credential";

    /// <param name="npmFolder">Where secretlint is installed to; null leaves it out.</param>
    /// <param name="wrong">How many wrong cases of each kind are named for our rules.</param>
    public static async Task RunAsync(IReadOnlyList<KeyCase> cases, string? npmFolder, bool peers, int wrong)
    {
        var compilations = Compilations.Of(cases).ToArray();
        var settings = cases.Where(c => !c.IsCSharp).Select(AdditionalText (c) => new TextFile(c.Path, c.Text)).ToImmutableArray();
        var own = await RunAsync(Analyzers.Own(), compilations, settings);
        List<ToolResult> tools = [own];
        if (peers)
        {
            tools.Add(await RunAsync(Analyzers.Sonar("Sonar S2068", words: null), compilations, null));
            tools.Add(await RunAsync(Analyzers.Sonar("Sonar S2068, more words", MoreWords), compilations, null));
        }
        if (npmFolder is not null)
        {
            if (await Secretlint.RunAsync(cases, npmFolder) is { } secretlint)
                tools.Add(secretlint);
            else
                Console.Error.WriteLine("npm is not at hand: secretlint is left out.");
        }

        if (tools.Count > 2)
            tools.Add(new ToolResult("peers together", tools.Any(t => t != own && t.ReadsSettings), [.. tools.Where(t => t != own).SelectMany(t => t.Findings)]));

        var report = new Report(cases, tools);
        Console.WriteLine(report.Write());
        foreach (var one in report.Wrong(own, wrong))
            Console.WriteLine($"{(one.IsPositive ? "missed" : "false alarm")} {one.Path}:{one.Line} {one.Kind} {one.Format} {one.Note}");
    }

    /// <param name="settings">Null for a tool that reads C# only.</param>
    private static async Task<ToolResult> RunAsync(Analyzers analyzers, IReadOnlyList<CSharpCompilation> compilations, ImmutableArray<AdditionalText>? settings)
    {
        if (analyzers.IsEmpty)
            Console.Error.WriteLine($"{analyzers.Name} has none of the rules.");
        var watch = Stopwatch.StartNew();
        var found = new List<Diagnostic>(await analyzers.RunAsync(compilations, []));
        if (settings is { } files)
            found.AddRange(await analyzers.RunAsync([Compilations.Create([], OutputKind.DynamicallyLinkedLibrary)], files));
        Console.Error.WriteLine($"{analyzers.Name}: {found.Count} reports in {watch.Elapsed.TotalSeconds:0.0} s");
        return new ToolResult(analyzers.Name, settings is not null, [.. found.Select(d => (d, d.Location.GetLineSpan())).Select(p => new Finding(p.Item2.Path, p.Item2.StartLinePosition.Line + 1, p.d.Id))]);
    }
}
