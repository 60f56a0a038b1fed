using Acme.Workflows;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>A workflow as a step of another: under the parent's payer, in the parent's run.</summary>
public sealed partial class SubWorkflowTests
{
    [Fact]
    public async Task The_child_takes_the_parents_payer_whatever_the_slot_is_called()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Answer("yes");

        var events = await EventText.ListAsync(desk.Client<ICaseClient>().StreamAsync(new Complaint(7), "bravo", ServiceDesk.Ct));

        Assert.Equal(
            [
                "run started", "started Read", "finished Read", "started Refund", "started Refund/Ask", "finished Refund/Ask", "started Refund/Decide", "finished Refund/Decide", "finished Refund",
                "started Answer", "finished Answer", "run finished: Succeeded",
            ],
            events.Select(EventText.Of));
        Assert.Equal("granted", ((RunFinishedEvent<string>)events[^1]).Output);
        Assert.Equal(desk.BravoKey, Assert.Single(desk.Server.Requests).Key);
        Assert.Single(events.Select(static happened => happened.RunId).Distinct());
        Assert.Equal(1, ((RunEndedEvent)events[^1]).Usage.Calls);
    }

    [Fact]
    public async Task Slots_are_mapped_by_name_or_as_said()
    {
        var key = ServiceDesk.NewKey();
        await using var desk = await ServiceDesk.OpenAsync(builder => builder.AddProfile(ServiceDesk.Profile("house", key) with { Tenant = null }));
        desk.Server.Keys.Add(key);

        await desk.Client<IMappedClient>().RunAsync("x", new MappedCredentials { Cheap = "acme", Dear = "house" }, ServiceDesk.Ct);

        Assert.Equal(
            ["cheap model of acme", "dear model of house"],
            desk.Server.Requests.Select(request => $"{request.Model} of {(request.Key == desk.AcmeKey ? "acme" : "house")}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task SubWorkflowNeverSelects()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        await desk.Client<IAroundClient>().RunAsync("x", "acme", ServiceDesk.Ct);

        Assert.Equal(desk.AcmeKey, Assert.Single(desk.Server.Requests).Key);
    }

    [Fact]
    public async Task Its_failure_names_the_way_to_the_step_in_the_run_that_was_called()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static _ => true).Fail(ModelServerFault.InsufficientQuota());

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<ICaseClient>().RunAsync(new Complaint(7), "bravo", ServiceDesk.Ct));

        Assert.Equal((WorkflowErrorCodes.QuotaExceeded, "case", "Refund/Ask", "bravo"), (error.Code, error.Workflow, error.Step, error.Profile));
    }

    [Fact]
    public async Task A_child_runs_once_for_each_element_and_may_be_optional()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static request => request.LastUserMessage.Contains("order 2", StringComparison.Ordinal)).Fail(ModelServerFault.ContentFiltered());
        desk.Server.Answer("yes");
        var client = desk.Client<IBatchClient>();

        Assert.Equal("2 granted", await client.RunAsync([1, 3], "acme", ServiceDesk.Ct));
        var run = await client.StartAsync([1, 2], "acme", ServiceDesk.Ct);
        Assert.Equal("none", await run.Output);
        Assert.Equal(RunStatus.PartialSucceeded, run.Status);
    }

    [Fact]
    public async Task The_parents_ceiling_counts_the_childs_calls()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Answer("yes");

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IBatchClient>().RunAsync([1, 2, 3], "acme", new RunOptions { MaxCalls = 2 }, ServiceDesk.Ct));

        Assert.Equal(WorkflowErrorCodes.CallLimitReached, error.Code);
        Assert.Equal(2, desk.Server.Requests.Count);
    }

    public sealed record Complaint(int Order);

    [Workflow("case")]
    [CredentialProfile("payer", Model = "gpt-4o")]
    public sealed partial class Case : IWorkflow<Complaint, string>
    {
        [Step]
        public RefundRequest Read(Complaint complaint) => new(complaint.Order);

        [SubWorkflow(typeof(Refund))]
        public partial Task<RefundReply> Refund(RefundRequest request);

        [Step]
        public string Answer(RefundReply reply) => reply.IsGranted ? "granted" : "refused";
    }

    [Workflow("batch")]
    [CredentialProfile(Model = "gpt-4o")]
    public sealed partial class Batch : IWorkflow<int[], string>
    {
        [Step]
        public List<RefundRequest> Read(int[] orders) => [.. orders.Select(static order => new RefundRequest(order))];

        [SubWorkflow(typeof(Refund), Optional = true)]
        public partial Task<RefundReply> Refund([ForEach] RefundRequest request);

        [Step]
        public string Count(RefundReply[]? replies) => replies is null ? "none" : $"{replies.Count(static reply => reply.IsGranted)} granted";
    }

    [Workflow("two-models")]
    [CredentialProfile("cheap", Model = "cheap model")]
    [CredentialProfile("expensive", Model = "dear model")]
    public sealed partial class TwoModels : IWorkflow<string, string>
    {
        [Prompt("{{text}}")]
        public partial Task<string> First([FromInput] string text, [Slot("cheap")] IChatClient chat, CancellationToken ct);

        [Prompt("{{text}}")]
        public partial Task<string> Second([From(nameof(First))] string text, [Slot("expensive")] IChatClient chat, CancellationToken ct);
    }

    [Workflow("mapped")]
    [CredentialProfile("cheap")]
    [CredentialProfile("dear")]
    public sealed partial class Mapped : IWorkflow<string, string>
    {
        [SubWorkflow(typeof(TwoModels), Slots = ["expensive=dear"])]
        public partial Task<string> Run(string text);
    }

    [Workflow("chooses-itself")]
    [CredentialProfile(Model = "gpt-4o-mini", Default = "bravo")]
    public sealed partial class ChoosesItself : IWorkflow<string, string>
    {
        [ChooseProfile]
        public static Credential Payer(string text) => "bravo";

        [Prompt("{{text}}")]
        public partial Task<string> Ask(string text, IChatClient chat, CancellationToken ct);
    }

    [Workflow("around")]
    [CredentialProfile]
    public sealed partial class Around : IWorkflow<string, string>
    {
        [SubWorkflow(typeof(ChoosesItself))]
        public partial Task<string> Run(string text);
    }
}
