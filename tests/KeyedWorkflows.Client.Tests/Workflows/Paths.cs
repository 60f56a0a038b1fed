using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Client.Tests.Workflows;

internal sealed record PathsInput(IReadOnlyList<string> Parts, bool IsUrgent = false);

internal sealed record Digest(string Text, int Length);

internal sealed record PathsOutput(IReadOnlyList<Digest> Digests, string? Alarm, string? Extra);

/// <summary>What a run can tell besides text: elements, attempts, a step that is left out, and one that may fail.</summary>
[Workflow("paths")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
internal sealed partial class Paths : IWorkflow<PathsInput, PathsOutput>
{
    [Step]
    public IReadOnlyList<string> Split(PathsInput input) => input.Parts;

    [Prompt("Digest: {{part}}", Attempts = 2)]
    public partial Task<Digest> Shorten([ForEach(Concurrency = 1), From(nameof(Split))] string part, IChatClient chat, CancellationToken ct);

    [Step(When = nameof(IsUrgent), After = [nameof(Shorten)])]
    public string Alarm([FromInput] PathsInput input) => $"{input.Parts.Count} urgent parts";

    [Step(Optional = true, After = [nameof(Alarm)])]
    public int Extra(PathsInput input) => input.Parts.Count > 1 ? throw new InvalidOperationException("Too many.") : input.Parts.Count;

    [Step]
    public PathsOutput Finish(IReadOnlyList<Digest> digests, [From(nameof(Alarm))] string? alarm, [From(nameof(Extra))] int? extra) => new(digests, alarm, extra?.ToString(System.Globalization.CultureInfo.InvariantCulture));

    // It waits for the digests, so that the order of events is one.
    private static bool IsUrgent(PathsInput input, IReadOnlyList<Digest> digests) => input.IsUrgent && digests.Count > 0;
}
