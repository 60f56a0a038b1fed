namespace KeyedWorkflows.Benchmarks.Serving;

/// <summary>How long a run is to last.</summary>
public sealed record HoldInput(int Seconds);

/// <summary>A run that lasts, and asks no model: something for thousands to follow.</summary>
[Workflow("hold")]
public sealed partial class Hold : IWorkflow<HoldInput, string>
{
    [Step]
    public async Task<string> WaitAsync(HoldInput input, CancellationToken ct)
    {
        await Task.Delay(TimeSpan.FromSeconds(input.Seconds), ct);
        return "done";
    }
}
