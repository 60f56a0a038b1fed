namespace KeyedWorkflows.Generators.Graph;

/// <summary>The rules that the solver reports.</summary>
internal static class GraphRules
{
    public const string Cycle = "KW3001";
    public const string NoProducer = "KW3002";
    public const string AmbiguousProducer = "KW3003";
    public const string MergeNotExclusive = "KW3004";
    public const string OutputNotProduced = "KW3005";
    public const string ConditionShape = "KW3013";
}
