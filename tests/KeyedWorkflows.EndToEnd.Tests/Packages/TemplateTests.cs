using System.Globalization;
using System.Text.RegularExpressions;
using KeyedWorkflows.EndToEnd.Tests.Builds;

namespace KeyedWorkflows.EndToEnd.Tests.Packages;

/// <summary>What <c>dotnet new keyedworkflows-console</c> makes builds and runs, and has one thing to mend.</summary>
[Collection(BuildCollection.Name)]
public sealed partial class TemplateTests(PackedProduct product)
{
    private const string Name = "Acme.Support-Desk";

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task A_console_application_builds_with_one_warning_runs_on_scripted_models_and_is_silent_once_that_is_mended()
    {
        Heavy.Only();
        using var scratch = await product.ScratchAsync();
        await NewAsync(scratch, "install", await product.FileOfAsync("KeyedWorkflows.Templates"));
        await NewAsync(scratch, "keyedworkflows-console", "-n", Name, "--no-restore");
        var program = scratch.PathOf($"{Name}/Program.cs");
        var written = await File.ReadAllLinesAsync(program, TestContext.Current.CancellationToken);

        var first = (await BuildAsync(scratch)).Succeeds();
        var warning = Assert.Single(Warnings(first));
        Assert.Equal("KW1004", warning.Id);
        Assert.Contains("KW1004", written[warning.Line - 2], StringComparison.Ordinal);
        Assert.Contains("RunAsync(input, \"profile\")", warning.Text, StringComparison.Ordinal);
        var ran = await RunAsync(scratch);
        Assert.Equal("client_a, delivery: Your order is on its way.", ran[0]);
        Assert.StartsWith("Refused: Slot 'main' has no credential", ran[1], StringComparison.Ordinal);

        // As the warning and the comment beside it say.
        written[warning.Line - 1] = written[warning.Line - 1].Replace("there yet?\"))", "there yet?\"), \"client_b\")", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(program, written, TestContext.Current.CancellationToken);
        Assert.Empty(Warnings((await BuildAsync(scratch)).Succeeds()));
        Assert.Equal(["client_a, delivery: Your order is on its way.", "client_b, delivery: Your order is on its way."], await RunAsync(scratch));
    }

    /// <summary>The list of templates is the machine's: the test has one of its own.</summary>
    private static async Task NewAsync(ScratchFolder scratch, params string[] arguments) =>
        (await ChildProcess.DotNetAsync(scratch.Path, ["new", .. arguments, "--debug:custom-hive", scratch.PathOf("hive")])).Succeeds();

    private static Task<ProcessResult> BuildAsync(ScratchFolder scratch) => ChildProcess.DotNetAsync(scratch.PathOf(Name), "build", "-p:NuGetAudit=false", "--disable-build-servers", "-tl:off");

    private static async Task<string[]> RunAsync(ScratchFolder scratch) =>
        [.. (await ChildProcess.DotNetAsync(scratch.PathOf(Name), "run", "--no-build")).Succeeds().Lines.Where(static line => line.Length > 0 && !line.StartsWith("Using launch settings", StringComparison.Ordinal))];

    private static (string Id, int Line, string Text)[] Warnings(ProcessResult result) =>
    [
        .. result.Lines.Select(static line => Warning().Match(line)).Where(static match => match.Success)
            .Select(static match => (match.Groups["id"].Value, match.Groups["line"].Success ? int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture) : 0, match.Groups["text"].Value)).Distinct(),
    ];

    [GeneratedRegex(@"(?:\((?<line>\d+),\d+\))?\s?: warning (?<id>\w+): (?<text>.*) \[")]
    private static partial Regex Warning();
}
