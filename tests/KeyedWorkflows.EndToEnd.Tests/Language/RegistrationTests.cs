using Acme.Host;
using Acme.Host.Workflows;
using Acme.Workflows;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>One <c>AddWorkflows()</c> an assembly: it registers its own workflows and those of the assemblies that it references, and meets no other.</summary>
public sealed partial class RegistrationTests
{
    [Fact]
    public void It_registers_the_workflows_of_referenced_assemblies_each_once()
    {
        var services = new ServiceCollection();
        services.AddWorkflows();
        services.AddWorkflows();
        AcmeHost.Configure(services);
        using var provider = services.BuildServiceProvider();

        var registry = provider.GetRequiredService<WorkflowRegistry>();

        Assert.True(registry.TryFind("registered-here", out _));
        Assert.True(registry.TryFind("complaint", out _));
        Assert.True(registry.TryFind("refund", out var refund));
        Assert.True(registry.TryFind("house-keeping", out _));
        Assert.Equal(typeof(Refund), refund.WorkflowType);
        Assert.Equal(registry.Workflows.Count, registry.Workflows.Select(static workflow => workflow.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_hosts_own_registers_the_hosts_and_the_librarys_and_none_of_the_tests()
    {
        var services = new ServiceCollection();
        AcmeHost.Configure(services);
        using var provider = services.BuildServiceProvider();

        Assert.Equal(["complaint", "house-keeping", "refund"], provider.GetRequiredService<WorkflowRegistry>().Workflows.Select(static workflow => workflow.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_workflow_of_a_library_runs_like_one_of_the_assemblys_own()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Answer("yes");
        var library = AcmeHost.ClientsOf(desk.Services);

        Assert.True((await library.Refund.RunAsync(new RefundRequest(7), "acme", ServiceDesk.Ct)).IsGranted);
        Assert.Equal("3 rooms swept", await library.HouseKeeping.RunAsync(3, ServiceDesk.Ct));
        Assert.Equal("You get your money back.", await desk.Client<IComplaintClient>().RunAsync(7, "bravo", ServiceDesk.Ct));
        Assert.Equal((1, 1), (desk.Server.Usage(desk.AcmeKey).Requests, desk.Server.Usage(desk.BravoKey).Requests));
    }

    [Fact]
    public void AddWorkflows_takes_the_set_up_too()
    {
        var services = new ServiceCollection();

        Assert.Same(services, services.AddWorkflows(static workflows => workflows.AddOpenAI()));

        using var provider = services.BuildServiceProvider();
        Assert.NotNull(provider.GetRequiredService<IRegisteredHereClient>());
    }

    [Fact]
    public void Clients_are_there_by_interface_and_class_and_are_one_instance()
    {
        var services = new ServiceCollection();
        services.AddWorkflows();
        using var provider = services.BuildServiceProvider();

        Assert.Same(provider.GetRequiredService<RegisteredHereClient>(), provider.GetRequiredService<IRegisteredHereClient>());
    }

    [Workflow("registered-here")]
    public sealed partial class RegisteredHere : IWorkflow<int, int>
    {
        [Step]
        public int Twice(int number) => number * 2;
    }
}
