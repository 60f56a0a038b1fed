namespace KeyedWorkflows.Cli.Tests.Scene;

/// <summary>A clock that goes as others do, and is ahead of them.</summary>
internal sealed class LaterTime(TimeSpan ahead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
}
