using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>Who pays: the call, the input, the workflow's own method, the slot's default, the host's.</summary>
public sealed partial class CredentialTests
{
    [Fact]
    public async Task A_key_may_come_with_the_input()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var key = ServiceDesk.NewKey();
        desk.Server.Keys.Add(key);

        var run = await desk.Client<ISelectedClient>().StartAsync(new Request("x") { Key = Secret.From(key) }, ServiceDesk.Ct);
        await run.Output;

        Assert.Equal(CredentialSource.ApiKeyInput, run.Binding.Slots[0].Source);
        Assert.Equal(1, desk.Server.Usage(key).Requests);
    }

    [Fact]
    public async Task A_profiles_name_may_come_with_the_input()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var run = await desk.Client<ISelectedClient>().StartAsync(new Request("x") { Profile = "bravo" }, ServiceDesk.Ct);
        await run.Output;

        Assert.Equal((CredentialSource.ProfileNameInput, "bravo"), (run.Binding.Slots[0].Source, run.Binding.Slots[0].ProfileName));
        Assert.Equal(1, desk.Server.Usage(desk.BravoKey).Requests);
    }

    [Fact]
    public async Task The_call_may_say_the_same_as_the_input_and_nothing_else()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var client = desk.Client<ISelectedClient>();

        await client.RunAsync(new Request("x") { Profile = "bravo" }, "bravo", ServiceDesk.Ct);
        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => client.RunAsync(new Request("x") { Profile = "bravo" }, "acme", ServiceDesk.Ct));

        Assert.Equal((WorkflowErrorCodes.CredentialConflict, "main"), (error.Code, error.Slot));
        Assert.Single(desk.Server.Requests);
    }

    [Theory]
    [InlineData("de", "acme")]
    [InlineData("fr", "bravo")]
    public async Task A_method_of_the_workflow_may_choose(string country, string expected)
    {
        await using var desk = await ServiceDesk.OpenAsync(static builder => builder.Services.AddScoped<Directory>());

        var run = await desk.Client<IChoosingClient>().StartAsync(new Customer(country), ServiceDesk.Ct);
        await run.Output;

        Assert.Equal((CredentialSource.ChooseProfile, expected), (run.Binding.Slots[0].Source, run.Binding.Slots[0].ProfileName));
    }

    [Fact]
    public async Task Where_the_method_leaves_it_open_the_slots_default_pays()
    {
        await using var desk = await ServiceDesk.OpenAsync(static builder => builder.Services.AddScoped<Directory>());

        var run = await desk.Client<IChoosingClient>().StartAsync(new Customer("other"), ServiceDesk.Ct);
        await run.Output;

        Assert.Equal((CredentialSource.SlotDefault, "bravo"), (run.Binding.Slots[0].Source, run.Binding.Slots[0].ProfileName));
    }

    [Fact]
    public async Task NullFromChooseProfileFails()
    {
        await using var desk = await ServiceDesk.OpenAsync(static builder => builder.Services.AddScoped<Directory>());

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IChoosingClient>().RunAsync(new Customer("null"), ServiceDesk.Ct));

        Assert.Equal((WorkflowErrorCodes.ProviderNotInitialized, "main"), (error.Code, error.Slot));
        desk.AssertNoModelCall();
    }

    [Fact]
    public async Task What_the_caller_gives_goes_before_what_the_workflow_would_choose()
    {
        await using var desk = await ServiceDesk.OpenAsync(static builder => builder.Services.AddScoped<Directory>());

        var explained = await desk.Client<IChoosingClient>().ExplainAsync(new Customer("de"), "bravo", ServiceDesk.Ct);
        var chosen = await desk.Client<IChoosingClient>().ExplainAsync(new Customer("de"), ServiceDesk.Ct);
        var unknown = await desk.Client<IChoosingClient>().ExplainAsync(new Customer("de"), "nobody", ServiceDesk.Ct);

        Assert.Equal((CredentialSource.Call, "bravo", "gpt-4o-mini"), (explained.Slots[0].Source, explained.Slots[0].ProfileName, explained.Slots[0].Model));
        Assert.Equal((CredentialSource.ChooseProfile, "acme", true), (chosen.Slots[0].Source, chosen.Slots[0].ProfileName, chosen.CanRun));
        Assert.Equal((false, WorkflowErrorCodes.ProfileNotFound), (unknown.CanRun, unknown.ErrorCode));
        desk.AssertNoModelCall();
    }

    [Fact]
    public async Task Several_slots_are_paid_for_each_by_its_own()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var key = ServiceDesk.NewKey();
        desk.Server.Keys.Add(key);

        var run = await desk.Client<ITwoPayersClient>().StartAsync("x", new TwoPayersCredentials { Draft = "acme", Review = Credential.ApiKey(key) }, ServiceDesk.Ct);
        await run.Output;

        Assert.Equal(["draft = acme (Call)", "review = key given for this run (Call)"], run.Binding.Slots.Select(static slot => slot.ToString()));
        Assert.Equal((1, 1), (desk.Server.Usage(desk.AcmeKey).Requests, desk.Server.Usage(key).Requests));
    }

    [Fact]
    public async Task A_slot_with_a_default_may_be_left_out()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var run = await desk.Client<ITwoPayersClient>().StartAsync("x", new TwoPayersCredentials { Draft = "acme" }, ServiceDesk.Ct);
        await run.Output;

        Assert.Equal([CredentialSource.Call, CredentialSource.SlotDefault], run.Binding.Slots.Select(static slot => slot.Source));
    }

    [Fact]
    public async Task One_credential_may_pay_for_all_slots()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        await desk.Client<ITwoPayersClient>().RunAsync("x", "acme", ServiceDesk.Ct);

        Assert.Equal(2, desk.Server.Usage(desk.AcmeKey).Requests);
    }

    [Fact]
    public async Task TwoTenantsInOneRunRefused()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<ITwoPayersClient>().RunAsync("x", new TwoPayersCredentials { Draft = "acme", Review = "bravo" }, ServiceDesk.Ct));

        Assert.Equal((WorkflowErrorCodes.TenantMismatch, "review"), (error.Code, error.Slot));
        desk.AssertNoModelCall();
    }

    [Fact]
    public async Task A_workflow_may_allow_two_tenants()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        await desk.Client<IMixedClient>().RunAsync("x", new MixedCredentials { Draft = "acme", Review = "bravo" }, ServiceDesk.Ct);

        Assert.Equal((1, 1), (desk.Server.Usage(desk.AcmeKey).Requests, desk.Server.Usage(desk.BravoKey).Requests));
    }

    [Fact]
    public async Task A_tenant_stands_for_its_one_profile()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        await desk.Client<ISelectedClient>().RunAsync(new Request("x"), Credential.Tenant("bravo"), ServiceDesk.Ct);

        Assert.Equal(1, desk.Server.Usage(desk.BravoKey).Requests);
    }

    public sealed record Request(string Text)
    {
        [ApiKey]
        public Secret? Key { get; init; }

        [ProfileName]
        public string? Profile { get; init; }
    }

    public sealed record Customer(string Country);

    public sealed class Directory
    {
        public ValueTask<Credential> FindAsync(string country) => new(country switch
        {
            "de" => "acme",
            "fr" => "bravo",
            "null" => (string?)null,
            _ => Credential.Unspecified,
        });
    }

    [Workflow("selected")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Selected : IWorkflow<Request, string>
    {
        [Prompt("{{request.Text}}")]
        public partial Task<string> Ask(Request request, IChatClient chat, CancellationToken ct);
    }

    [Workflow("choosing")]
    [CredentialProfile(Model = "gpt-4o-mini", Default = "bravo")]
    public sealed partial class Choosing(Directory directory) : IWorkflow<Customer, string>
    {
        [ChooseProfile]
        public async ValueTask<Credential> PayerOf(Customer customer, RunContext run, CancellationToken ct)
        {
            await Task.Yield();
            return await directory.FindAsync(customer.Country);
        }

        [Prompt("{{customer.Country}}")]
        public partial Task<string> Ask(Customer customer, IChatClient chat, CancellationToken ct);
    }

    [Workflow("two-payers")]
    [CredentialProfile("draft", Model = "gpt-4o-mini")]
    [CredentialProfile("review", Model = "gpt-4o", Default = "acme")]
    public sealed partial class TwoPayers : IWorkflow<string, string>
    {
        [Prompt("Draft {{text}}")]
        public partial Task<string> Draft([FromInput] string text, [Slot("draft")] IChatClient chat, CancellationToken ct);

        [Prompt("Review {{text}}")]
        public partial Task<string> Review([From(nameof(Draft))] string text, [Slot("review")] IChatClient chat, CancellationToken ct);
    }

    [Workflow("mixed", AllowMixedTenants = true)]
    [CredentialProfile("draft", Model = "gpt-4o-mini")]
    [CredentialProfile("review", Model = "gpt-4o")]
    public sealed partial class Mixed : IWorkflow<string, string>
    {
        [Prompt("Draft {{text}}")]
        public partial Task<string> Draft([FromInput] string text, [Slot("draft")] IChatClient chat, CancellationToken ct);

        [Prompt("Review {{text}}")]
        public partial Task<string> Review([From(nameof(Draft))] string text, [Slot("review")] IChatClient chat, CancellationToken ct);
    }
}
