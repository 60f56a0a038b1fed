namespace KeyedWorkflows.KeyCorpus.Drawing;

/// <summary>A provider's keys: how one looks, and whether it can be told without its surroundings.</summary>
/// <param name="Provider">In Pascal case, as code names it.</param>
/// <param name="NeedsContext">Whether the shape alone is too common to say that it is a key.</param>
/// <param name="Make">Draws one.</param>
internal sealed record KeyFormat(string Name, string Provider, bool NeedsContext, Func<Draw, string> Make)
{
    /// <summary>Whether it can stand in a URL's query without escapes.</summary>
    public bool FitsUrl => Name is not ("aws-bedrock" or "aws-bedrock-short");
}
