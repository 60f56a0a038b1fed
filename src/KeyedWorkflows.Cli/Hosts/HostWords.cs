using System.Text.RegularExpressions;

namespace KeyedWorkflows.Cli.Hosts;

/// <summary>A host's sentences, and those of the client in this program, name fields of requests and options of code: at a command line the remedies are called otherwise.</summary>
internal static partial class HostWords
{
    private static readonly (string Theirs, string Ours)[] Words =
    [
        (", and set WorkflowClientOptions.Token", ""),
        (" WorkflowClientOptions.RetryFor says how long it is tried.", ""),
        ("WorkflowClientOptions.BaseAddress", "--host"),
        ("Send credential_profile, credential_id or api_key.", "Give --profile or --tenant."),
        ("Give one in the call: RunAsync(input, \"profile\").", "Give --profile or --tenant."),
        ("RunOptions.MaxDuration or [Workflow(TimeoutSeconds)]", "--max-duration or the workflow"),
        ("RunOptions.MaxTokens or [Workflow(MaxTokens)]", "--max-tokens or the workflow"),
        ("RunOptions.MaxCalls or [Workflow(MaxCalls)]", "--max-calls or the workflow"),
        ("RunOptions.MaxWait", "--max-wait"),

        // Each row of a batch, and each run, has a key of its own, which --resume sends again.
        (" Send the request again under the same Idempotency-Key; only where it is answered with this run, send it under another.", " Run it again."),
        (" Send the request again under the same Idempotency-Key: it is answered with the run that has it, or begins one.", " Look at 'workflows runs list' before you run it again: another may have been paid for it."),
        ("(RunOptions.Tenant)", "(--tenant)"),
        ("RunOptions.Tenant", "--tenant"),
    ];

    public static string Of(string sentence)
    {
        foreach (var (theirs, ours) in Words)
            sentence = sentence.Replace(theirs, ours, StringComparison.Ordinal);
        return Server().Replace(sentence, "The host (");
    }

    /// <summary>Not each call is of a workflow.</summary>
    [GeneratedRegex(@"\AThe server of workflow '[^']*' \(")]
    private static partial Regex Server();
}
