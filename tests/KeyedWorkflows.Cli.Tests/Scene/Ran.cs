namespace KeyedWorkflows.Cli.Tests.Scene;

/// <summary>How a command ended, and what it wrote.</summary>
internal sealed record Ran(int Code, string Output, string Error)
{
    /// <summary>All that stood on the terminal.</summary>
    public string Screen => Output + Error;

    public Ran Ends(int code)
    {
        Assert.True(code == Code, $"It ended with {Code} and not with {code}:\n{Screen}");
        return this;
    }

    public Ran Succeeds() => Ends(ExitCodes.Done);

    public System.Text.Json.Nodes.JsonNode Json => System.Text.Json.Nodes.JsonNode.Parse(Output)!;
}
