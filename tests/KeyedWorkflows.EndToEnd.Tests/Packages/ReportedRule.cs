using System.Text.Json;

namespace KeyedWorkflows.EndToEnd.Tests.Packages;

/// <summary>What the compiler wrote down of a rule or of an error of its own.</summary>
/// <param name="File">The name of the file that it is in.</param>
/// <param name="Id">The rule.</param>
/// <param name="Level">How bad it is: <c>error</c>, <c>warning</c> or <c>note</c>.</param>
internal sealed record ReportedRule(string File, string Id, string Level)
{
    /// <summary>The results of a log in SARIF, but for what the sources suppress, and for notes of others than this product.</summary>
    public static IReadOnlyList<ReportedRule> Read(string log)
    {
        using var read = JsonDocument.Parse(System.IO.File.ReadAllText(log));
        List<ReportedRule> reported = [];
        foreach (var result in read.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray())
        {
            var rule = new ReportedRule(FileOf(result), result.GetProperty("ruleId").GetString()!, result.GetProperty("level").GetString()!);
            if ((!result.TryGetProperty("suppressions", out var suppressions) || suppressions.GetArrayLength() == 0) && (rule.Level != "note" || rule.Id.StartsWith("KW", StringComparison.Ordinal)))
                reported.Add(rule);
        }
        return reported;
    }

    public override string ToString() => $"{File}: {Level} {Id}";

    private static string FileOf(JsonElement result) =>
        result.TryGetProperty("locations", out var locations) && locations.GetArrayLength() > 0
            ? Path.GetFileName(Uri.UnescapeDataString(locations[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString()!))
            : "";
}
