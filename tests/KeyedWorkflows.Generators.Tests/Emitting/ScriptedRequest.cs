using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>A request that a scripted model was sent.</summary>
internal sealed record ScriptedRequest(string Model, IReadOnlyList<ChatMessage> Messages, ChatOptions? Options);
