namespace KeyedWorkflows.Generators.Parsing;

/// <summary>The ids of the rules that a workflow class can break.</summary>
internal static class Rules
{
    public const string NoCredentialProfile = "KW1001";
    public const string UnknownSlot = "KW1002";

    /// <summary>A remark: the workflow is sound.</summary>
    public const string UnusedSlot = "KW1003";
    public const string NoProducer = "KW3002";
    public const string Placeholder = "KW3006";
    public const string Json = "KW3007";
    public const string Name = "KW3008";
    public const string Class = "KW3009";
    public const string Step = "KW3010";
    public const string Tool = "KW3011";
    public const string SubWorkflow = "KW3012";
    public const string Condition = "KW3013";
    public const string Unmarked = "KW3015";
}
