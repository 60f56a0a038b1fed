using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Tokens;

/// <summary>A token of runs or of administration that was revoked, for scripts.</summary>
internal static class RevokedToken
{
    public static void WriteRevoked(this Terminal terminal, string id, string name) => terminal.WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteString("revoked"u8, id);
        json.WriteString("name"u8, name);
        json.WriteEndObject();
    });
}
