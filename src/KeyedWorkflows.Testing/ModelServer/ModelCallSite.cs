namespace KeyedWorkflows.Testing;

/// <summary>Where in a run a scripted model is asked from.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Workflow">The workflow's name.</param>
/// <param name="Step">The step's name; one of a sub-workflow is <c>Parent/Child</c>.</param>
/// <param name="Slot">The slot that pays.</param>
/// <param name="Profile">The name of the profile that pays; null for a key given for the run.</param>
/// <param name="Attempt">The step's attempt, from 1.</param>
/// <param name="Element">The element of a step that runs once an element, from 0; null for other steps.</param>
public sealed record ModelCallSite(string RunId, string Workflow, string Step, string Slot, string? Profile, int Attempt, int? Element);
