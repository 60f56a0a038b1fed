using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Tests.Parsing;

/// <summary>The workflow that the documentation shows first.</summary>
public sealed class SupportReplyTests
{
    public const string Source = """
        namespace Acme;

        public sealed record Ticket(string Question);
        public sealed record Topic(string Name);
        public sealed record Order(string Number);
        public sealed record Reply(string Text, string Topic);
        public interface IOrderBook { Task<IReadOnlyList<Order>> RecentAsync(string? tenant, CancellationToken ct); }

        [Workflow("support-reply", Description = "Answers a support ticket")]
        [CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
        public sealed partial class SupportReply(IOrderBook orders) : IWorkflow<Ticket, Reply>
        {
            [Prompt("Which topic is this ticket about?\n{{ticket.Question}}")]
            public partial Task<Topic> Classify(Ticket ticket, IChatClient chat, CancellationToken ct);

            [Step]
            public Task<IReadOnlyList<Order>> FindOrders(RunContext run, CancellationToken ct) => orders.RecentAsync(run.Tenant, ct);

            [Prompt(System = "You are a support agent.", User = "Orders: {{orders}}\nTicket ({{topic.Name}}): {{ticket.Question}}")]
            public partial IAsyncEnumerable<string> Draft(Ticket ticket, Topic topic, IReadOnlyList<Order> orders, IChatClient chat, CancellationToken ct);

            [Step]
            public Reply Finish([From(nameof(Draft))] string text, Topic topic) => new(text, topic.Name);
        }
        """;

    private readonly WorkflowModel model = Parsed.Class("Acme.SupportReply", Source).Sound();

    [Fact]
    public void The_class_is_known_by_its_names()
    {
        Assert.Equal(("Acme", "SupportReply", "partial class SupportReply", "global::Acme.SupportReply", "Acme.SupportReply"), (model.Namespace, model.ClassName, model.Declaration, model.FullName, model.HintName));
        Assert.Equal(("support-reply", "Answers a support ticket", "public", true), (model.Name, model.Description, model.ClientAccessibility, model.IsReachableInAssembly));
        Assert.Equal(("global::Acme.Ticket", "global::Acme.Reply"), (model.Input!.Name, model.Output!.Name));
        var service = Assert.Single(model.Constructor);
        Assert.Equal(("orders", "global::Acme.IOrderBook", false), (service.Name, service.Type.Name, service.IsOptional));
    }

    [Fact]
    public void Its_slot_is_read()
    {
        var slot = Assert.Single(model.Slots);
        Assert.Equal(("main", "Main", "gpt-4o-mini", true), (slot.Name, slot.PropertyName, slot.Model, slot.IsUsed));
        Assert.Equal(["openai"], slot.Providers);
    }

    [Fact]
    public void Its_steps_are_nodes_with_their_producers()
    {
        Assert.Equal(["Classify", "FindOrders", "Draft", "Finish"], model.Nodes.Select(static node => node.Name));
        Assert.Equal("input", model.SourcesOf("Classify", "ticket"));
        Assert.Equal("Classify", model.SourcesOf("Draft", "topic"));
        Assert.Equal("FindOrders", model.SourcesOf("Draft", "orders"));
        Assert.Equal("Draft", model.SourcesOf("Finish", "text"));
        Assert.Equal([0, 1], model.Node("Draft").DependsOn);
        Assert.Equal(3, Assert.Single(model.Result!.Sources).Node);
        Assert.True(model.Node("Finish").IsOutput);
        Assert.Equal(4, model.StepCount);
    }

    [Fact]
    public void Its_prompts_are_read_with_their_texts()
    {
        var classify = model.Node("Classify");
        Assert.Equal((PromptAnswer.Object, ReturnShape.TaskOfT, 2), (classify.Prompt!.Answer, classify.Return, classify.Attempts));
        Assert.Equal(["Which topic is this ticket about?\n", null], classify.Prompt.User!.Segments.Select(static segment => segment.Literal));
        Assert.Equal("ticket.Question", classify.Prompt.User.Segments[1].Access);
        var draft = model.Node("Draft");
        Assert.Equal((PromptAnswer.Stream, ReturnShape.TextStream, 1, 6), (draft.Prompt!.Answer, draft.Return, draft.Attempts, draft.MaxCalls));
        Assert.Equal("You are a support agent.", Assert.Single(draft.Prompt.System!.Segments).Literal);
        Assert.Equal("global::System.Collections.Generic.IAsyncEnumerable<string>", draft.Prompt.Signature.ReturnType);
        Assert.Equal(["Classify", "Draft"], model.PartialMethods.Select(static method => method.Name));
        Assert.Equal("public", model.PartialMethods[0].Modifiers);
    }
}
