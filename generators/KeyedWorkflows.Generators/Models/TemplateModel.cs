namespace KeyedWorkflows.Generators.Models;

/// <summary>A template, taken apart and ready to emit.</summary>
/// <param name="Segments">Texts and placeholders, in order.</param>
internal sealed record TemplateModel(EquatableArray<TemplateSegment> Segments)
{
    /// <summary>
    /// A placeholder speaks of the run, and the prompt has no parameter for it: the body must declare a local <c>run</c> of type <c>RunContext</c>.
    /// </summary>
    public bool NeedsRun
    {
        get
        {
            foreach (var segment in Segments)
            {
                if (segment.NeedsRun)
                    return true;
            }
            return false;
        }
    }
}
