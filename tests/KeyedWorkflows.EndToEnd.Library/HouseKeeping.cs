using KeyedWorkflows;

namespace Acme.Workflows;

/// <summary>A workflow that the library shows to its friends alone.</summary>
[Workflow("house-keeping")]
internal sealed partial class HouseKeeping : IWorkflow<int, string>
{
    [Step]
    public string Sweep(int rooms) => $"{rooms} rooms swept";
}
