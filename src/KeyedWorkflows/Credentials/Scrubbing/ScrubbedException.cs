namespace KeyedWorkflows;

/// <summary>Stands for an error whose text held a secret of the run: what it said, without that.</summary>
internal sealed class ScrubbedException(Type original, string message, string description) : Exception(message)
{
    /// <summary>The type of the error that was thrown.</summary>
    public Type Original { get; } = original;

    /// <inheritdoc/>
    public override string ToString() => $"{description}{Environment.NewLine}(The error held a secret of the run, which was removed: this is its text, not the {Original.Name} itself.)";
}
