using System.Text;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Server;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Tokens;

/// <summary>Hands a new token over: the one place of the command line that shows a secret, and one that the store has just made. What could not be handed over is nobody's, and is revoked again.</summary>
internal static class ShownOnce
{
    private const string RevokeToken = "workflows tokens revoke", RevokeAdministrator = "workflows administrators revoke";

    /// <summary>Writes a token that was just made into its files.</summary>
    /// <param name="created">The token.</param>
    /// <param name="files">Where to.</param>
    /// <param name="revokeAsync">Revokes it.</param>
    public static Task WriteAsync(CreatedToken created, TokenFiles files, Func<Task> revokeAsync) =>
        WriteAsync(created.Token.Name, files, created.Value, created.CallbackSecret, () => RevokeAsync(created.Token.Name, null, revokeAsync, RevokeToken));

    /// <summary>A token of administration, which has no callback secret.</summary>
    public static Task WriteAsync(CreatedAdministrator created, TokenFiles files, Func<Task> revokeAsync) =>
        WriteAsync(created.Administrator.Name, files, created.Value, null, () => RevokeAsync(created.Administrator.Name, null, revokeAsync, RevokeAdministrator));

    /// <summary>Shows a token that was just made, or says in which files it is.</summary>
    /// <param name="call">The command.</param>
    /// <param name="created">The token.</param>
    /// <param name="files">Where it and its callback secret stand already.</param>
    /// <param name="revokeAsync">Revokes it.</param>
    public static async Task TellAsync(Invocation call, CreatedToken created, TokenFiles files, Func<Task> revokeAsync)
    {
        // The secret is shown with the token, or stands in a file of its own: what a script keeps of standard output has both or neither.
        var (value, secret) = (files.Value is null ? created.Value : null, files.Value is null && files.CallbackSecret is null ? created.CallbackSecret : null);
        var isLost = secret is null && files.CallbackSecret is null;
        if (isLost)
            call.Terminal.Say($"The callback secret of token '{created.Token.Name}' is not kept, and is not shown again: whoever checks callbacks of its runs needs it. Make the token with --callback-secret-out FILE for that.");
        var text = call.IsJson ? JsonText.Of(json => files.Write(json, writer => AdministrationJson.Write(writer, created.Token, call.Terminal.Time.GetUtcNow(), value, secret)))
            : files.Sentence(created.Token.Name) + (value is null ? "" : Of(new Details().Add("token", value.Reveal()).Add("callback secret", secret?.Reveal())));
        if (value is null)
        {
            call.Output.Write(text);
            return;
        }
        await HandOverAsync(call, created.Token.Name, text, () => RevokeAsync(created.Token.Name, files, revokeAsync, RevokeToken));
    }

    /// <summary>A token of administration, which has no callback secret.</summary>
    public static async Task TellAsync(Invocation call, CreatedAdministrator created, TokenFiles files, Func<Task> revokeAsync)
    {
        var (one, value) = (created.Administrator, files.Value is null ? created.Value : null);
        var text = call.IsJson ? JsonText.Of(json => files.Write(json, writer => AdministrationJson.Write(writer, one, value))) : value is null ? files.Sentence(one.Name) : Of(value);
        if (value is null)
            call.Output.Write(text);
        else
            await HandOverAsync(call, one.Name, text, () => RevokeAsync(one.Name, files, revokeAsync, RevokeAdministrator));
    }

    /// <summary>Another value of a token that stays, which cannot be revoked for it.</summary>
    public static void TellRotated(Invocation call, RotatedToken rotated, TokenFiles files)
    {
        var value = files.Value is null ? rotated.Value : null;
        if (value is null)
        {
            try
            {
                files.Write(rotated.Value, null);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or CommandFault)
            {
                throw CommandFault.Unavailable($"Token '{rotated.Token.Name}' has a new value, which could not be written: {Why(error, files)} {Again(call, rotated)}");
            }
        }
        var text = call.IsJson ? JsonText.Of(json => files.Write(json, writer => AdministrationJson.Write(writer, rotated.Token, call.Terminal.Time.GetUtcNow(), value))) : value is null ? files.Sentence(rotated.Token.Name) : Of(value);
        if (value is null)
        {
            call.Output.Write(text);
            return;
        }
        Announce(call, rotated.Token.Name);
        if (!TryShow(call, text))
            throw CommandFault.Unavailable($"Token '{rotated.Token.Name}' has a new value, which could not be shown: standard output is closed, or its disk is full. {Again(call, rotated)}");
    }

    public static void WriteTo(string path, Secret token) => FileText.Write(path, token.Reveal() + "\n", replace: false);

    private static string Again(Invocation call, RotatedToken rotated) => "Nobody knows it. "
        + (rotated.Token.FormerUntil is { } until && until > call.Terminal.Time.GetUtcNow()
            ? $"The old one is taken until {Times.Of(until)}: give the token another in the place of the lost one, and the old one stays taken as long: workflows tokens rotate {rotated.Token.Name} --keep-former"
            : $"The old one is not taken any more. Rotate it again: workflows tokens rotate {rotated.Token.Name}");

    private static async Task HandOverAsync(Invocation call, string name, string text, Func<Task<string>> revokeAsync)
    {
        Announce(call, name);
        if (!TryShow(call, text))
            throw CommandFault.Unavailable($"Token '{name}' was made, and could not be shown: standard output is closed, or its disk is full. {await revokeAsync()}");
    }

    private static async Task WriteAsync(string name, TokenFiles files, Secret value, Secret? callbackSecret, Func<Task<string>> revokeAsync)
    {
        try
        {
            files.Write(value, callbackSecret);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CommandFault)
        {
            throw CommandFault.Unavailable($"Token '{name}' was made, and could not be written: {Why(error, files)} {await revokeAsync()}");
        }
    }

    /// <summary>Revokes what could not be handed over: it is nobody's.</summary>
    /// <param name="name">The token's name.</param>
    /// <param name="written">The files that it stands in; null where it stands in none.</param>
    /// <param name="revokeAsync">Revokes it.</param>
    /// <param name="command">What does so at a prompt.</param>
    /// <returns>What came of it.</returns>
    private static async Task<string> RevokeAsync(string name, TokenFiles? written, Func<Task> revokeAsync, string command)
    {
        try
        {
            await revokeAsync();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return $"It could not be revoked either ({Faults.Of(error).ExitCode}), and nobody knows it: revoke it, and create it anew: {command} {name}";
        }
        try
        {
            written?.Delete();
            return "It is revoked again: create it anew.";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "It is revoked again: delete the files that were named, and create it anew.";
        }
    }

    private static string Why(Exception error, TokenFiles files) => Faults.IsFull(error) ? "the disk is full." : $"look at what is in the place of '{files.Value ?? files.CallbackSecret}', and at its disk.";

    private static void Announce(Invocation call, string name)
    {
        if (!call.IsJson)
            call.Terminal.Say($"Token '{name}'. It is shown this once: hand it over now.");
    }

    private static bool TryShow(Invocation call, string text)
    {
        try
        {
            call.Terminal.WriteSurely(text);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static string Of(Secret value) => Of(new Details().Add("token", value.Reveal()));

    private static string Of(Details details)
    {
        using var text = new StringWriter(new StringBuilder()) { NewLine = "\n" };
        details.WriteTo(text);
        return text.ToString();
    }
}
