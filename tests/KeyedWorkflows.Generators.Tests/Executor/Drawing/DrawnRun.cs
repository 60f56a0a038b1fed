using KeyedWorkflows.Generators.Tests.Executor.Running;

namespace KeyedWorkflows.Generators.Tests.Executor.Drawing;

/// <summary>One run of a drawn workflow: how its nodes behave, and what it starts from.</summary>
/// <param name="Nodes">By place: how the node behaves.</param>
/// <param name="Start">What the run starts from.</param>
/// <param name="Picks">Decides which nodes and elements are kept.</param>
/// <param name="IsSlow">Whether keeping a result gives the thread back.</param>
internal sealed record DrawnRun(IReadOnlyList<NodeScript> Nodes, DrawnStart Start, int Picks, bool IsSlow);
