using System.Runtime.CompilerServices;
using System.Text.Json;

namespace KeyedWorkflows.Runtime;

/// <summary>The metadata of a workflow, for reading what a model wrote: what is missing, or null where the type allows none, is an error and not a default.</summary>
internal static class StrictJson
{
    private static readonly ConditionalWeakTable<JsonSerializerOptions, JsonSerializerOptions> Strict = [];

    public static JsonSerializerOptions Of(JsonSerializerOptions json) => Strict.GetValue(json, static json =>
    {
        var strict = new JsonSerializerOptions(json)
        {
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            AllowTrailingCommas = true,
        };
        strict.MakeReadOnly();
        return strict;
    });
}
