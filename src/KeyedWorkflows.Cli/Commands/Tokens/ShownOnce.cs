using System.Text;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Server;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Tokens;

/// <summary>Hands a new token over: the one place of the command line that shows a secret, and one that the store has just made. What could not be handed over is nobody's, and is revoked again.</summary>
internal static class ShownOnce
{
    /// <param name="call">The command.</param>
    /// <param name="created">The token.</param>
    /// <param name="show">Whether it is shown; else it stands in a file already.</param>
    /// <param name="revokeAsync">Revokes it.</param>
    public static async Task TellAsync(Invocation call, CreatedToken created, bool show, Func<Task> revokeAsync)
    {
        var text = call.IsJson ? JsonText.Of(json => AdministrationJson.Write(json, created.Token, call.Terminal.Time.GetUtcNow(), show ? created.Value : null, show ? created.CallbackSecret : null))
            : show ? Of(new Details().Add("token", created.Value.Reveal()).Add("callback secret", created.CallbackSecret.Reveal()))
            : $"Token '{created.Token.Name}' is in the file that was named.\n";
        if (!show)
        {
            call.Output.Write(text);
            return;
        }
        await HandOverAsync(call, created.Token.Name, text, revokeAsync, "workflows tokens revoke");
    }

    /// <summary>A token that has no callback secret.</summary>
    public static Task TellAsync(Invocation call, string name, Secret value, Func<Task> revokeAsync, string revoke) => HandOverAsync(call, name, Of(value), revokeAsync, revoke);

    /// <summary>Another value of a token that stays, which cannot be revoked for it.</summary>
    public static void TellRotated(Invocation call, RotatedToken rotated)
    {
        var text = call.IsJson ? JsonText.Of(json => AdministrationJson.Write(json, rotated.Token, call.Terminal.Time.GetUtcNow(), rotated.Value)) : Of(rotated.Value);
        Announce(call, rotated.Token.Name);
        if (!TryShow(call, text))
        {
            throw CommandFault.Unavailable(
                $"Token '{rotated.Token.Name}' has a new value, which could not be shown: standard output is closed, or its disk is full. Nobody knows it. "
                + (rotated.Token.FormerUntil is { } until && until > call.Terminal.Time.GetUtcNow() ? $"The old one is taken until {Times.Of(until)}, and ends at once when the token is rotated again. " : "The old one is not taken any more. ")
                + $"Rotate it again: workflows tokens rotate {rotated.Token.Name}");
        }
    }

    public static void WriteTo(string path, Secret token) => FileText.Write(path, token.Reveal() + "\n", replace: false);

    private static async Task HandOverAsync(Invocation call, string name, string text, Func<Task> revokeAsync, string revoke)
    {
        Announce(call, name);
        if (TryShow(call, text))
            return;
        string then;
        try
        {
            await revokeAsync();
            then = "It is revoked again: create it anew.";
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            then = $"It could not be revoked either ({Faults.Of(error).ExitCode}), and nobody knows it: revoke it, and create it anew: {revoke} {name}";
        }
        throw CommandFault.Unavailable($"Token '{name}' was made, and could not be shown: standard output is closed, or its disk is full. {then}");
    }

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
