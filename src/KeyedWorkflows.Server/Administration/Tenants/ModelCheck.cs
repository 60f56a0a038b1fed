namespace KeyedWorkflows.Server;

/// <summary>A model that a slot asks for.</summary>
/// <param name="Kind">What for: <c>chat</c>, <c>fallback</c> or <c>embeddings</c>.</param>
/// <param name="Asked">What the workflow, or the profile, calls it.</param>
/// <param name="Called">What it is called under the profile that pays.</param>
internal sealed record ModelCheck(string Kind, string Asked, string Called);
