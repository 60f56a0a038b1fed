using System.Text.Json;
using System.Text.Json.Serialization;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

public sealed partial class WorkflowJsonTests
{
    [Fact]
    public void Tuples_and_fields_come_back_by_reflection_and_by_a_context()
    {
        foreach (var json in new[] { WorkflowJson.Reflection, WorkflowJson.Of(Kept.Default) })
        {
            Assert.Equal((4, "four"), There(json, (4, "four")));
            Assert.Equal("four", There(json, new Fields { Name = "four" }).Name);
        }
    }

    private static T There<T>(JsonSerializerOptions json, T value) =>
        JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(value, WorkflowJson.TypeInfo<T>(json)), WorkflowJson.TypeInfo<T>(json))!;

    internal sealed class Fields
    {
        public string? Name;
    }

    [JsonSerializable(typeof((int, string)))]
    [JsonSerializable(typeof(Fields))]
    private sealed partial class Kept : JsonSerializerContext;
}
