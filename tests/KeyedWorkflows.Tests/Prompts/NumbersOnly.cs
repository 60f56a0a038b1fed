using System.Text.Json.Serialization;

namespace KeyedWorkflows.Tests.Prompts;

/// <summary>A context in which the types of the tests are missing.</summary>
[JsonSerializable(typeof(int))]
internal sealed partial class NumbersOnly : JsonSerializerContext;
