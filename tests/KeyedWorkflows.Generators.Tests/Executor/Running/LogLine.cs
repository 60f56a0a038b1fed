namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>One thing that was seen in a run.</summary>
internal sealed record LogLine(LogKind Kind, string Step, string Detail)
{
    public override string ToString() => $"{Kind} {(Detail.Length == 0 ? Step : Detail)}";
}
