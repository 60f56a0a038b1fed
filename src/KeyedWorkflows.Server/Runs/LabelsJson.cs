using System.Text.Json.Serialization;

namespace KeyedWorkflows.Server;

/// <summary>Labels as JSON.</summary>
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class LabelsJson : JsonSerializerContext;
