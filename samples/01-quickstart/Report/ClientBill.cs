using KeyedWorkflows;

namespace Quickstart.Report;

/// <summary>What the runs of one client say they used.</summary>
internal sealed class ClientBill(string client, string profile)
{
    public string Client => client;

    public string Profile => profile;

    public int Runs { get; private set; }

    public RunUsage Usage { get; private set; }

    public void Add(RunUsage usage)
    {
        Runs++;
        Usage += usage;
    }
}
