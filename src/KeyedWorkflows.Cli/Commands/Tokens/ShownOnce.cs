using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Tokens;

/// <summary>Hands a new token over: the one place of the command line that shows a secret, and one that the store has just made.</summary>
internal static class ShownOnce
{
    public static void Tell(Invocation call, CreatedToken created, bool show)
    {
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                TokenView.WriteFields(json, created.Token);
                if (show)
                {
                    json.WriteString("value"u8, created.Value.Reveal());
                    json.WriteString("callback_secret"u8, created.CallbackSecret.Reveal());
                }
                json.WriteEndObject();
            });
            return;
        }
        if (!show)
        {
            call.Output.WriteLine($"Token '{created.Token.Name}' is in the file that was named.");
            return;
        }
        call.Terminal.Say($"Token '{created.Token.Name}'. It is shown this once: hand it over now.");
        new Details().Add("token", created.Value.Reveal()).Add("callback secret", created.CallbackSecret.Reveal()).WriteTo(call.Output);
    }

    public static void WriteTo(string path, Secret token) => FileText.Write(path, token.Reveal() + "\n", replace: false);
}
