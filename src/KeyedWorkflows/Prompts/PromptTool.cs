using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Runtime;

/// <summary>The base of emitted tools: a function without reflection. An argument that the model got wrong is told to the model.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class PromptTool : AIFunction
{
    private readonly ToolSignature signature;

    /// <summary>Makes a tool for one call of a prompt.</summary>
    /// <param name="signature">What the model sees of it.</param>
    protected PromptTool(ToolSignature signature) => this.signature = signature;

    /// <inheritdoc/>
    public sealed override string Name => signature.Name;

    /// <inheritdoc/>
    public sealed override string Description => signature.Description;

    /// <inheritdoc/>
    public sealed override JsonElement JsonSchema => signature.Schema;

    /// <inheritdoc/>
    public sealed override JsonSerializerOptions JsonSerializerOptions => signature.Json;

    /// <summary>Calls the author's method.</summary>
    /// <param name="arguments">What the model gave: read it by <see cref="Argument{T}"/>.</param>
    /// <param name="ct">The token of the step.</param>
    /// <returns>What the model is told: made by <see cref="Result{T}"/>, or null for nothing.</returns>
    protected abstract ValueTask<object?> CallAsync(AIFunctionArguments arguments, CancellationToken ct);

    /// <inheritdoc/>
    protected sealed override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => CallAsync(arguments, cancellationToken);

    /// <summary>Reads an argument.</summary>
    /// <typeparam name="T">The parameter's type.</typeparam>
    /// <param name="arguments">What the model gave.</param>
    /// <param name="parameter">The parameter's place in the signature.</param>
    /// <returns>The value, or the parameter's default.</returns>
    /// <exception cref="ToolException">The argument is missing or not of the type.</exception>
    protected T Argument<T>(AIFunctionArguments arguments, int parameter)
    {
        var asked = signature[parameter];
        if (!arguments.TryGetValue(asked.Name, out var given) || given is null or JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined })
            return asked.Required ? throw new ToolException($"The argument '{asked.Name}' is missing.") : asked.Default is T value ? value : default!;
        if (given is T typed)
            return typed;
        try
        {
            var type = WorkflowJson.TypeInfo<T>(signature.Json);
            var read = given switch
            {
                JsonElement element => element.Deserialize(type),
                JsonNode node => node.Deserialize(type),
                _ => JsonSerializer.SerializeToElement(given, signature.Json.GetTypeInfo(given.GetType())).Deserialize(type),
            };
            return read is null && asked.Required ? throw new ToolException($"The argument '{asked.Name}' is missing.") : read!;
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw new ToolException($"The argument '{asked.Name}' is not of its type. See the tool's schema.");
        }
    }

    /// <summary>Makes a result fit for the model.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="value">The result.</param>
    /// <returns>Text and model contents as they are, other values as JSON.</returns>
    protected object? Result<T>(T value) => value switch
    {
        null => null,
        string or AIContent or IEnumerable<AIContent> => value,
        _ => JsonSerializer.SerializeToElement(value, WorkflowJson.TypeInfo<T>(signature.Json)),
    };
}
