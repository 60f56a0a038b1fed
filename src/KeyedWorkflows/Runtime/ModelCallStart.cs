namespace KeyedWorkflows.Runtime;

/// <summary>One request to a provider that is about to leave.</summary>
/// <param name="Step">The step's name, with those of the parents' steps before it.</param>
/// <param name="Element">The element of a step that runs once an element.</param>
/// <param name="Attempt">The step's attempt, from 1.</param>
/// <param name="Binding">Who is to pay.</param>
/// <param name="Model">The provider's own name of the model that is asked.</param>
/// <param name="Estimate">What the request is taken to use where nobody learns of its end: what it holds back of its limits, or, without such, what is sent.</param>
/// <param name="StartedAt">When it was begun.</param>
internal readonly record struct ModelCallStart(string Step, int? Element, int Attempt, SlotBinding Binding, string Model, RunUsage Estimate, DateTimeOffset StartedAt);
