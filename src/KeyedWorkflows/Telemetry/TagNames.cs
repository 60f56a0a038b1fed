using System.Buffers;

namespace KeyedWorkflows;

/// <summary>What spans and metrics name, beside the conventions for generative AI: names and ids. Never a key, nor a piece or fingerprint of one.</summary>
internal static class TagNames
{
    public const string Workflow = "keyedworkflows.workflow";
    public const string RunId = "keyedworkflows.run.id";
    public const string Status = "keyedworkflows.status";
    public const string Step = "keyedworkflows.step";
    public const string StepKind = "keyedworkflows.step.kind";
    public const string Element = "keyedworkflows.element";
    public const string Attempt = "keyedworkflows.attempt";
    public const string Profile = "keyedworkflows.profile";
    public const string Tenant = "keyedworkflows.tenant";

    public const string Operation = "gen_ai.operation.name";
    public const string WorkflowName = "gen_ai.workflow.name";
    public const string Provider = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string TokenType = "gen_ai.token.type";
    public const string ErrorType = "error.type";

    /// <summary>What the conventions name that which has no name of its own.</summary>
    private const string Other = "_OTHER";

    private const int LongestCode = 40;

    private static readonly SearchValues<char> OfCodes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_");

    /// <summary>A code as a tag. Codes are words of ours, but a host's store or provider may throw others: what is no word is not repeated.</summary>
    public static string ErrorTypeOf(string code) => code.Length is > 0 and <= LongestCode && !code.AsSpan().ContainsAnyExcept(OfCodes) ? code : Other;
}
