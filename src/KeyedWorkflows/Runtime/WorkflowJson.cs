using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Runtime;

/// <summary>How the types of workflows are read and written as JSON: the settings of Microsoft.Extensions.AI, without indentation, with nulls written out and fields kept.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class WorkflowJson
{
    /// <summary>By reflection, for assemblies that name no context. In a trimmed application only the types of Microsoft.Extensions.AI are known.</summary>
    public static JsonSerializerOptions Reflection { get; } = CreateReflection();

    /// <summary>By the metadata of a context, and of Microsoft.Extensions.AI for its own types.</summary>
    /// <param name="context">The context that <see cref="WorkflowJsonAttribute"/> names.</param>
    /// <returns>Options that are read-only.</returns>
    public static JsonSerializerOptions Of(JsonSerializerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Create(context);
    }

    /// <summary>The metadata of a type, or an error that says what to do.</summary>
    internal static JsonTypeInfo<T> TypeInfo<T>(JsonSerializerOptions json)
    {
        try
        {
            return (JsonTypeInfo<T>)json.GetTypeInfo(typeof(T));
        }
        catch (NotSupportedException)
        {
            throw new InvalidOperationException(
                $"There is no JSON metadata for {typeof(T)}. Add [JsonSerializable(typeof({typeof(T).Name}))] to the context that [assembly: WorkflowJson(...)] names.");
        }
    }

    private static JsonSerializerOptions Create(IJsonTypeInfoResolver first)
    {
        var json = new JsonSerializerOptions(AIJsonUtilities.DefaultOptions)
        {
            WriteIndented = false,
            DefaultIgnoreCondition = JsonIgnoreCondition.Never,

            // Tuples keep their values in fields, and are what many a step returns.
            IncludeFields = true,
            TypeInfoResolver = JsonTypeInfoResolver.Combine(first, AIJsonUtilities.DefaultOptions.TypeInfoResolver),
        };
        json.MakeReadOnly();
        return json;
    }

    // Where reflection is switched off, as trimming and Native AOT do, the resolver is never made.
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Behind the feature switch IsReflectionEnabledByDefault.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Behind the feature switch IsReflectionEnabledByDefault.")]
    private static JsonSerializerOptions CreateReflection() =>
        JsonSerializer.IsReflectionEnabledByDefault ? Create(new DefaultJsonTypeInfoResolver()) : Create(JsonTypeInfoResolver.Combine());
}
