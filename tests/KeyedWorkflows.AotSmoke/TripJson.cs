using System.Text.Json.Serialization;
using KeyedWorkflows;

[assembly: WorkflowJson(typeof(KeyedWorkflows.AotSmoke.TripJson))]

namespace KeyedWorkflows.AotSmoke;

[JsonSerializable(typeof(TripRequest))]
[JsonSerializable(typeof(Plan))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
internal sealed partial class TripJson : JsonSerializerContext;
