namespace KeyedWorkflows.Cli.Hosts;

/// <summary>A host answered, and in another form than a host does: it is of another version, or another server answers at its address.</summary>
internal sealed class OddAnswerException() : Exception(Sentence)
{
    public const string Sentence = "The host answered something that this version of the command does not understand. Are both of one version? Where something was to be changed, look before you repeat it.";

    /// <summary>Where something was to be made: it may have been.</summary>
    /// <param name="what">What was to be made.</param>
    /// <param name="where">The commands that show whether it is there.</param>
    public static CommandFault OfMaking(string what, string where) => CommandFault.Unavailable($"{Sentence} Whether {what} is not known: look at {where} before you send the file again.");
}
