using System.Text.Json;
using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Testing.Tests;

internal sealed partial class SupportReply : IWorkflowClass<Ticket, Reply>
{
    static WorkflowDefinition<Ticket, Reply> IWorkflowClass<Ticket, Reply>.Definition => Executor.Instance;

    static WorkflowDefinition IWorkflowClass.Definition => Executor.Instance;

    public partial Task<Topic> Classify(Ticket ticket, IChatClient chat, CancellationToken ct) =>
        PromptCall.ObjectAsync<Topic>(chat, [new(ChatRole.User, $"Which topic is this ticket about?\n{ticket.Question}")], new PromptOptions(), WorkflowJson.Reflection, ct);

    public partial IAsyncEnumerable<string> Draft(Ticket ticket, Topic topic, IReadOnlyList<Order> orders, IChatClient chat, CancellationToken ct) => PromptCall.StreamAsync(
        chat,
        [new(ChatRole.System, "You are a support agent."), new(ChatRole.User, $"Orders: {JsonSerializer.Serialize(orders, WorkflowJson.Reflection)}\nTicket ({topic.Name}): {ticket.Question}")],
        new PromptOptions(),
        ct);

    private sealed class Executor() : WorkflowExecutor<SupportReply, Ticket, Reply>(new WorkflowDescription
    {
        Name = "support-reply",
        Slots = [new SlotDefinition { Name = "main", Providers = ["openai"], Model = "gpt-test", IsUsed = true }],
        Steps =
        [
            new StepDefinition { Index = 0, Name = "Classify", Kind = StepKind.Prompt, Attempts = 2, OutputType = typeof(Topic), RequiresResult = true },
            new StepDefinition { Index = 1, Name = "FindOrders", Kind = StepKind.Code, OutputType = typeof(IReadOnlyList<Order>), RequiresResult = true },
            new StepDefinition { Index = 2, Name = "Draft", Kind = StepKind.Prompt, Streams = true, OutputType = typeof(string), RequiresResult = true, DependsOn = [0, 1] },
            new StepDefinition { Index = 3, Name = "Escalate", Kind = StepKind.Code, OutputType = typeof(Escalation), RequiresResult = true, DependsOn = [0, 5] },
            new StepDefinition { Index = 4, Name = "Finish", Kind = StepKind.Code, OutputType = typeof(Reply), RequiresResult = true, DependsOn = [2, 0, 3] },
            new StepDefinition { Index = 5, Name = "IsUrgent", Kind = StepKind.Condition, OutputType = typeof(bool) },
        ],
        Mermaid = "",
        Fingerprint = "",
    })
    {
        public static Executor Instance { get; } = new();

        protected override bool NeedsServices => true;

        protected override SupportReply CreateWorkflow(IServiceProvider services) => new((IOrderBook?)services.GetService(typeof(IOrderBook)) ?? throw new InvalidOperationException("No service for IOrderBook."));

        protected override async Task<Reply> ExecuteAsync(SupportReply workflow, WorkflowRun run, Ticket input, CancellationToken cancellationToken)
        {
            var step = 0;
            try
            {
                var topic = await run.StepAsync(0, scope => workflow.Classify(input, scope.ChatClient(0), scope.CancellationToken), cancellationToken);
                step = 1;
                run.Begin(1, cancellationToken);
                var orders = await workflow.FindOrders(run, cancellationToken);
                if (run.IsObserved)
                    await run.EndAsync(1, orders);
                step = 2;
                var text = await run.StreamAsync(2, scope => workflow.Draft(input, topic, orders, scope.ChatClient(0), scope.CancellationToken), cancellationToken);
                step = 5;
                run.Begin(5, cancellationToken);
                var isUrgent = workflow.IsUrgent(input);
                if (run.IsObserved)
                    await run.EndAsync(5, isUrgent);
                step = 3;
                Escalation? escalation = null;
                if (isUrgent)
                {
                    run.Begin(3, cancellationToken);
                    escalation = workflow.Escalate(topic);
                    if (run.IsObserved)
                        await run.EndAsync(3, escalation);
                }
                else if (run.IsObserved)
                {
                    await run.SkipAsync(3);
                }
                step = 4;
                run.Begin(4, cancellationToken);
                var reply = workflow.Finish(text, topic, escalation);
                if (run.IsObserved)
                    await run.EndAsync(4, reply);
                return reply;
            }
            catch (Exception error)
            {
                throw run.Fail(step, error);
            }
        }
    }
}
