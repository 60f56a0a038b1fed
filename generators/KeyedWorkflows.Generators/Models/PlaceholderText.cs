namespace KeyedWorkflows.Generators.Models;

/// <summary>How the value of a placeholder becomes text.</summary>
internal enum PlaceholderText
{
    /// <summary>A <c>string</c> that must be there: <c>PromptText.Of(value, placeholder)</c>.</summary>
    String,

    /// <summary>A string that may be null: <c>PromptText.OfNullable(value)</c>.</summary>
    NullableString,

    /// <summary>Another value that must be there: <c>PromptText.Of(value, placeholder, json)</c>.</summary>
    Value,

    /// <summary>Another value that may be null: <c>PromptText.OfNullable(value, json)</c>.</summary>
    NullableValue,
}
