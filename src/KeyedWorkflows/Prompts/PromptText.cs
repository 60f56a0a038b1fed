using System.ComponentModel;
using System.Globalization;
using System.Text.Json;

namespace KeyedWorkflows.Runtime;

/// <summary>How values stand in a prompt: text as it is, an enum by its name, other values as JSON; what is text in JSON (a date, an id) without its quotes. Independent of any culture.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class PromptText
{
    private const string SecretRefused = "A secret never goes into a prompt.";

    /// <summary>A text that must be there.</summary>
    /// <param name="value">The text.</param>
    /// <param name="placeholder">The placeholder, for the error.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ModelCallException">It is null (<c>prompt_invalid</c>).</exception>
    public static string Of(string? value, string placeholder) => value ?? throw Missing(placeholder);

    /// <summary>A text that may be missing.</summary>
    /// <param name="value">The text.</param>
    /// <returns>The text, or nothing.</returns>
    public static string OfNullable(string? value) => value ?? "";

    /// <summary>A value that must be there.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="placeholder">The placeholder, for the error.</param>
    /// <param name="json">The metadata of its type.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ModelCallException">It is null (<c>prompt_invalid</c>).</exception>
    public static string Of<T>(T? value, string placeholder, JsonSerializerOptions json) => value is null ? throw Missing(placeholder) : Text(value, json);

    /// <summary>A value that may be missing.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="json">The metadata of its type.</param>
    /// <returns>The text, or nothing.</returns>
    public static string OfNullable<T>(T? value, JsonSerializerOptions json) => value is null ? "" : Text(value, json);

    /// <summary>A value that must be there.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="placeholder">The placeholder, for the error.</param>
    /// <param name="json">The metadata of its type.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ModelCallException">It is null (<c>prompt_invalid</c>).</exception>
    public static string Of<T>(T? value, string placeholder, JsonSerializerOptions json)
        where T : struct => value is { } present ? Text(present, json) : throw Missing(placeholder);

    /// <summary>A value that may be missing.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="json">The metadata of its type.</param>
    /// <returns>The text, or nothing.</returns>
    public static string OfNullable<T>(T? value, JsonSerializerOptions json)
        where T : struct => value is { } present ? Text(present, json) : "";

    /// <summary>Not to be called: a secret never goes into a prompt.</summary>
    /// <param name="value">The secret.</param>
    /// <param name="placeholder">The placeholder.</param>
    /// <returns>Nothing.</returns>
    [Obsolete(SecretRefused, error: true)]
    public static string Of(Secret? value, string placeholder) => throw new NotSupportedException(SecretRefused);

    /// <summary>Not to be called: a secret never goes into a prompt.</summary>
    /// <param name="value">The secret.</param>
    /// <param name="placeholder">The placeholder.</param>
    /// <param name="json">The metadata.</param>
    /// <returns>Nothing.</returns>
    [Obsolete(SecretRefused, error: true)]
    public static string Of(Secret? value, string placeholder, JsonSerializerOptions json) => throw new NotSupportedException(SecretRefused);

    /// <summary>Not to be called: a secret never goes into a prompt.</summary>
    /// <param name="value">The secret.</param>
    /// <param name="json">The metadata.</param>
    /// <returns>Nothing.</returns>
    [Obsolete(SecretRefused, error: true)]
    public static string OfNullable(Secret? value, JsonSerializerOptions json) => throw new NotSupportedException(SecretRefused);

    /// <summary>The text of that name. A method of ours: of the framework's, projects that reference Microsoft.Extensions.DependencyModel see two.</summary>
    /// <typeparam name="T">A text.</typeparam>
    /// <param name="texts">The texts.</param>
    /// <param name="name">The name.</param>
    /// <returns>The text; null where there is none of that name.</returns>
    public static T? ByName<T>(IReadOnlyDictionary<string, T> texts, string name)
        where T : class?
    {
        ArgumentNullException.ThrowIfNull(texts);
        return texts.GetValueOrDefault(name);
    }

    private static string Text<T>(T value, JsonSerializerOptions json)
    {
        // Most numbers in prompts are these, and stand in JSON as everywhere.
        if (typeof(T) == typeof(int))
            return ((int)(object)value!).ToString(CultureInfo.InvariantCulture);
        if (typeof(T) == typeof(long))
            return ((long)(object)value!).ToString(CultureInfo.InvariantCulture);
        switch (value)
        {
            case string text:
                return text;
            case Enum name:
                return name.ToString();
            case char letter:
                return letter.ToString();
        }
        var written = JsonSerializer.SerializeToElement(value, WorkflowJson.TypeInfo<T>(json));
        return written.ValueKind == JsonValueKind.String ? written.GetString()! : written.GetRawText();
    }

    private static ModelCallException Missing(string placeholder) =>
        new(WorkflowErrorCodes.PromptInvalid, $"The placeholder {{{{{placeholder}}}}} of the prompt is null. Write {{{{{placeholder}?}}}} where that may be.");
}
