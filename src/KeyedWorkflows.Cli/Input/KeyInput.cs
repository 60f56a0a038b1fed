using System.Buffers;
using System.Text.RegularExpressions;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Input;

/// <summary>Takes keys and tokens: from a prompt that shows nothing, or from standard input. Nothing of what was given is ever repeated.</summary>
internal static partial class KeyInput
{
    /// <summary>Longer than any key with whatever stands around it: what is longer is another file than was meant.</summary>
    private const int MostCharacters = 16 * 1024;

    private const string Key = "key";

    private static readonly SearchValues<char> Quotes = SearchValues.Create("\"'`“”‘’«»");

    /// <summary>Asks for a key.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="fromStandardInput">Whether all of standard input is the key. A terminal would show it as it is typed: there it is asked for all the same.</param>
    /// <param name="prompt">What is asked for, to people.</param>
    /// <param name="option">The option that reads it from standard input.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="noun">What it is, to people.</param>
    public static async Task<Secret> ReadAsync(Terminal terminal, bool fromStandardInput, string prompt, string option, CancellationToken cancellationToken, string noun = Key)
    {
        if (fromStandardInput && !terminal.IsInputTerminal)
            return Take(await ReadAllAsync(terminal.Input, cancellationToken));
        if (!terminal.IsInputTerminal)
            throw CommandFault.Usage($"The {noun} is asked for at a terminal, and standard input is none. Give {option} to read it from there.");
        try
        {
            return Take(await terminal.ReadHiddenAsync(Ask, cancellationToken), noun);
        }
        finally
        {
            terminal.Error.WriteLine();
        }

        void Ask()
        {
            terminal.Error.Write(prompt + ": ");
            terminal.Error.Flush();
        }
    }

    /// <summary>Asks for a provider's key. A token of the product is none, and is refused before it is tried with a provider.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public static async Task<Secret> ReadProviderKeyAsync(Terminal terminal, bool fromStandardInput, string prompt, string option, CancellationToken cancellationToken)
    {
        return Provider(await ReadAsync(terminal, fromStandardInput, prompt, option, cancellationToken));
    }

    /// <summary>The key of a provider, and no token of the product.</summary>
    public static Secret Provider(Secret key) => OwnTokens.Fault(key) is { } fault ? throw CommandFault.Refused(fault) : key;

    /// <summary>Asks for several secrets, one after the other. From standard input each is a line of its own.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="fromStandardInput">Whether the lines of standard input are the secrets.</param>
    /// <param name="prompts">What is asked for, to people.</param>
    /// <param name="option">The option that reads them from standard input.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<IReadOnlyList<Secret>> ReadAllAsync(Terminal terminal, bool fromStandardInput, IReadOnlyList<string> prompts, string option, CancellationToken cancellationToken)
    {
        List<Secret> secrets = [];
        if (fromStandardInput && !terminal.IsInputTerminal && prompts.Count > 1)
        {
            var lines = (await ReadAllAsync(terminal.Input, cancellationToken)).TrimEnd().Split('\n');
            if (lines.Length != prompts.Count)
                throw CommandFault.Refused($"Standard input has {lines.Length} lines, and {prompts.Count} are asked for, in this order: {string.Join(", ", prompts)}. Nothing was changed.");
            secrets.AddRange(lines.Select(static line => Take(line)));
            return secrets;
        }
        foreach (var prompt in prompts)
            secrets.Add(await ReadAsync(terminal, fromStandardInput, prompt, option, cancellationToken));
        return secrets;
    }

    /// <summary>Checks what was given, and takes white space and line breaks from its ends.</summary>
    /// <param name="given">What was given.</param>
    /// <param name="noun">What was asked for, to people.</param>
    /// <exception cref="CommandFault">It is no key.</exception>
    public static Secret Take(string given, string noun = Key)
    {
        var text = given.TrimStart('\uFEFF').Trim();
        if (text.Length == 0)
            throw CommandFault.Refused($"No {noun} was given. Nothing was changed.");
        if (Variable().IsMatch(text))
            throw CommandFault.Refused($"What was given begins with the name of a variable, as a line of a .env file does: give what stands after the '=', the {noun} itself. It is not repeated here, and nothing was changed.");
        if (Quotes.Contains(text[0]) || Quotes.Contains(text[^1]))
            throw CommandFault.Refused($"Quotation marks stand around the {noun}: give it without them. It is not repeated here, and nothing was changed.");
        if (text.AsSpan().ContainsAny('\r', '\n'))
            throw CommandFault.Refused($"What was given has several lines: a {noun} is one. It is not repeated here, and nothing was changed.");
        if (Secret.IsFingerprint(text))
            throw CommandFault.Refused($"What was given is what JSON shows in a {noun}'s place: take the {noun} from where it was made. Nothing was changed.");
        return Secret.TryFrom(text, out var secret)
            ? secret
            : throw CommandFault.Refused($"What was given is no {noun}: a {noun} is 1 to {Secret.MaxLength} printable ASCII characters without spaces. It is not repeated here, and nothing was changed.");
    }

    /// <summary>Capital letters in parts: a key may hold a '=', and end with some, but begins with no such name.</summary>
    [GeneratedRegex("^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+=")]
    private static partial Regex Variable();

    private static Task<string> ReadAllAsync(TextReader input, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var buffer = new char[MostCharacters];
            var length = 0;
            while (length < buffer.Length && input.Read(buffer, length, buffer.Length - length) is > 0 and var read)
                length += read;
            return length < buffer.Length ? new string(buffer, 0, length) : throw CommandFault.Refused("Standard input is too long for a key. Nothing was changed.");
        },
        CancellationToken.None).WaitAsync(cancellationToken);
}
