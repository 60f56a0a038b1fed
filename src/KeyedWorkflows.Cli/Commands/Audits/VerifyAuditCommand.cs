using System.CommandLine;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Audits;

/// <summary>Examines whether the audit is as it was written.</summary>
internal sealed class VerifyAuditCommand : CliCommand
{
    private readonly Option<string?> head = new("--head") { Description = "A head that was kept apart, as the host's log shows it: the audit must still hold it.", HelpName = "NUMBER:CODE" };
    private readonly Option<long> after = new("--after") { Description = "The entry up to which all is taken as it is, such as a gap that is known.", HelpName = "NUMBER" };

    public VerifyAuditCommand()
        : base("verify", "Examines whether an entry of the audit was edited, taken away, put in, or cut off at its end.")
    {
        Options.Add(head);
        Options.Add(after);
    }

    public override IReadOnlyList<string> Examples => ["workflows audit verify", "workflows audit verify --head 100:9f86d0…"];

    public override async Task<int> RunAsync(Invocation call)
    {
        AuditHead? expected = null;
        if (call.Get(head) is { } text && !AuditHead.TryParse(text, out expected))
            throw CommandFault.Usage("--head is none: it is a number, a colon and 64 digits, as the host's log shows it.");
        if (call.Get(after) < 0)
            throw CommandFault.Usage("--after is the number of an entry.");
        await using var store = call.OpenStore();
        var verified = await store.VerifyAuditAsync(expected, call.Get(after), call.Cancellation);
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("is_intact"u8, verified.IsIntact);
                json.WriteNumber("entries"u8, verified.Entries);
                json.WriteString("fault"u8, verified.Fault?.ToString());
                if (verified.FirstBroken is { } broken)
                    json.WriteNumber("first_broken"u8, broken);
                else
                    json.WriteNull("first_broken"u8);
                json.WriteString("head"u8, verified.Head?.ToString());
                json.WriteString("message"u8, verified.Message);
                json.WriteEndObject();
            });
        }
        else if (verified.IsIntact)
        {
            call.Output.WriteLine(Printable.Of(verified.Message));
            if (verified.Head is { } last)
                call.Output.WriteLine($"Its head, to be kept apart: {last}");
        }
        return verified.IsIntact ? ExitCodes.Done : throw CommandFault.Refused(verified.Message);
    }
}
