using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Server;

namespace KeyedWorkflows.Cli.Commands.Administrators;

/// <summary>Lists who may administer the host over HTTP.</summary>
internal sealed class ListAdministratorsCommand() : CliCommand("list", "Lists the tokens of administration.")
{
    public override IReadOnlyList<string> Examples => ["workflows administrators list"];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = await call.OpenStoreAsync();
        var all = await store.ListAdministratorsAsync(call.Cancellation);
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteList("administrators", all, AdministrationJson.Write);
                json.WriteEndObject();
            });
            return ExitCodes.Done;
        }
        var table = new Table("NAME", "SCOPE", "EXPIRES", "STATE");
        foreach (var one in all)
            table.Add(one.Name, one.Scope == Storage.AdministratorScope.Write ? "write" : "read", Times.Of(one.ExpiresAt), one.Fault is not null ? "unusable" : one.ExpiresAt <= call.Terminal.Time.GetUtcNow() ? "expired" : "enabled");
        table.WriteTo(call.Terminal);
        return ExitCodes.Done;
    }
}
