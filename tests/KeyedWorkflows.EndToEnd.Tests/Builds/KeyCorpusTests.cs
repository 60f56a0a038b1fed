using System.Globalization;

namespace KeyedWorkflows.EndToEnd.Tests.Builds;

/// <summary>What KW2001 and KW2002 promise of keys is measured on files that are drawn anew, in both flavours of the corpus.</summary>
[Collection(BuildCollection.Name)]
public sealed class KeyCorpusTests
{
    private const double Precision = 0.98;
    private const double Recall = 0.95;

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task Keys_are_found_and_nothing_else_is_taken_for_one()
    {
        Heavy.Only();
        using var scratch = new ScratchFolder();
        (await ChildProcess.DotNetAsync(scratch.Path, "build", Repository.PathOf("tests/KeyedWorkflows.KeyCorpus"), "--artifacts-path", scratch.PathOf("artifacts"), "--disable-build-servers", "-tl:off")).Succeeds();
        var program = Directory.GetFiles(scratch.PathOf("artifacts/bin/KeyedWorkflows.KeyCorpus"), "KeyedWorkflows.KeyCorpus.dll", SearchOption.AllDirectories).Single();

        foreach (var (flavour, seed) in new[] { ("practice", 41), ("exam", 42) })
        {
            var ran = (await ChildProcess.DotNetAsync(scratch.Path, program, "compare", "--own", "--wrong", "9", "--flavour", flavour, "--seed", $"{seed}")).Succeeds();
            foreach (var part in new[] { "C#", "settings", "all" })
            {
                var row = ran.Lines.First(line => line.StartsWith($"| {part} |", StringComparison.Ordinal));
                double[] figures = [.. row.Split('|')[3].Split('/').Select(static figure => double.Parse(figure, CultureInfo.InvariantCulture))];
                Assert.True(figures[0] >= Precision && figures[1] >= Recall, $"{flavour}: {row}\n{string.Join('\n', ran.Lines)}");
            }
        }
    }
}
