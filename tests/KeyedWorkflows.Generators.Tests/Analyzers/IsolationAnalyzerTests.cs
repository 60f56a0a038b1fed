namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW4001, KW4003 and KW4004: what a run leaves for others to find, and what pays past it.</summary>
public sealed class IsolationAnalyzerTests
{
    [Theory]
    [InlineData("{|KW4001:kept|} = chat;")]
    [InlineData("{|KW4001:kept|} ??= chat;")]
    [InlineData("{|KW4001:mine|} = chat;")]
    [InlineData("{|KW4001:this.Client|} = chat;")]
    [InlineData("{|KW4001:Shared.Client|} = chat;")]
    [InlineData("{|KW4001:service.Client|} = chat;")]
    [InlineData("{|KW4001:service.ByName[\"a\"]|} = chat;")]
    [InlineData("Interlocked.CompareExchange(ref {|KW4001:kept|}, chat, null);")]
    [InlineData("{|KW4001:service.ByName.Add(\"a\", chat)|};")]
    [InlineData("{|KW4001:all.TryAdd(\"a\", chat)|};")]
    [InlineData("_ = Task.Run(() => {|KW4001:chat|}.GetResponseAsync(\"x\"));")]
    [InlineData("Task.Run(async () => await {|KW4001:chat|}.GetResponseAsync(\"x\"));")]
    [InlineData("ThreadPool.QueueUserWorkItem(_ => {|KW4001:chat|}.GetResponseAsync(\"x\"));")]
    [InlineData("using var timer = new Timer(_ => {|KW4001:chat|}.GetResponseAsync(\"x\"));")]
    public async Task A_client_that_outlives_its_step_is_reported(string code) => Assert.NotEmpty(await Analysis.ExpectAsync(Step(code)));

    [Theory]
    [InlineData("var local = chat; await local.GetResponseAsync(\"x\");")]
    [InlineData("var helper = new Service { Client = chat }; await helper.Client.GetResponseAsync(\"x\");")]
    [InlineData("var helper = new Service(); helper.Client = chat; helper.ByName[\"a\"] = chat;")]
    [InlineData("await Task.Run(() => chat.GetResponseAsync(\"x\"));")]
    [InlineData("var asked = Task.Run(() => chat.GetResponseAsync(\"x\")); await asked;")]
    [InlineData("List<IChatClient> clients = []; clients.Add(chat);")]
    [InlineData("Func<Task> ask = () => chat.GetResponseAsync(\"x\"); await ask();")]
    [InlineData("_ = service.ByName.Count;")]
    [InlineData("_ = service.ByName.ContainsValue(chat);")]
    [InlineData("_ = service.Answers.GetOrAdd(\"a\", static (key, asked) => asked.ToString()!, chat);")]
    public async Task A_client_that_stays_within_its_step_is_not(string code) => await Analysis.ExpectAsync(Step(code));

    [Theory]
    [InlineData("{|KW4004:count|}++;")]
    [InlineData("{|KW4004:count|} = 1;")]
    [InlineData("{|KW4004:count|} += 1;")]
    [InlineData("{|KW4004:Name|} = \"x\";")]
    [InlineData("{|KW4004:Name|} ??= \"x\";")]
    [InlineData("{|KW4004:total|} = 1;")]
    [InlineData("{|KW4004:service|} = new();")]
    [InlineData("({|KW4004:count|}, var other) = (1, 2);")]
    [InlineData("int.TryParse(\"1\", out {|KW4004:count|});")]
    [InlineData("Interlocked.Increment(ref {|KW4004:total|});")]
    [InlineData("void Set() => {|KW4004:count|} = 1; Set();")]
    public async Task State_that_a_step_assigns_is_an_error(string code) => Assert.NotEmpty(await Analysis.ExpectAsync(Step(code)));

    [Theory]
    [InlineData("var own = count; own++;")]
    [InlineData("service.Name = \"x\";")]
    [InlineData("ticket = ticket with { Question = \"x\" };")]
    [InlineData("_ = count;")]
    public async Task What_is_not_the_classs_own_is_not(string code) => await Analysis.ExpectAsync(Step(code));

    [Fact]
    public async Task A_constructor_and_methods_that_no_run_calls_may_assign() => await Analysis.ExpectAsync("""
        [Workflow("flow")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            private int count;

            public Flow() => count = 1;

            public void Reset() => count = 0;

            [Step]
            public Reply Answer(Ticket ticket) => new(count.ToString());
        }
        """);

    [Fact]
    public async Task What_pays_past_the_runs_binding_is_reported()
    {
        var messages = await Analysis.ExpectAsync("""
            [Workflow("flow")]
            [CredentialProfile]
            public sealed partial class Flow(IChatClient {|KW4003:chat|}, IOtherClient {|KW4003:other|}, IServiceProvider services) : IWorkflow<Ticket, Reply>
            {
                [Step]
                public async Task<Reply> Answer(Ticket ticket, IChatClient mine)
                {
                    var found = {|KW4003:Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<IChatClient>(services)|};
                    var again = {|KW4003:Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<IOtherClient>(services)|};
                    _ = mine.GetService<IChatClient>();
                    return new((await found.GetResponseAsync(other + "" + again + chat)).Text);
                }

                [Prompt("{{ticket.Question}}", Inline = true, Tools = [nameof(Orders), nameof(Fine)])]
                public partial Task<Topic> Ask(Ticket ticket, IChatClient chat);

                [Tool]
                public string Orders(string {|KW4003:tenantId|}, string {|KW4003:client_id|}, string order) => tenantId + client_id + order;

                [Tool]
                public string Fine(RunContext run, string order, [FromInput] Ticket profile) => run.Tenant + order + profile;
            }

            [System.CodeDom.Compiler.GeneratedCode("KeyedWorkflows.Generators", "0.1.0")]
            public interface IOtherClient;
            """);

        Assert.Contains("[SubWorkflow]", messages[1], StringComparison.Ordinal);
        Assert.Contains("RunContext", messages[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Func<IChatClient>")]
    [InlineData("Func<string, IChatClient>")]
    [InlineData("Lazy<IChatClient>")]
    [InlineData("IEnumerable<IChatClient>")]
    [InlineData("IReadOnlyDictionary<string, IChatClient>")]
    public async Task What_hands_clients_out_pays_past_it_too(string type) => Assert.Single(await Analysis.ExpectAsync($$"""
        [Workflow("flow")]
        public sealed partial class Flow({{type}} {|KW4003:clients|}, Func<string, object> other, IEnumerable<IDisposable> all, Microsoft.Extensions.Logging.ILogger<IChatClient> log) : IWorkflow<Ticket, Reply>
        {
            [Step] public Reply Answer(Ticket ticket) => new($"{clients}{other}{all}{log}");
        }
        """));

    [Fact]
    public async Task Helpers_may_not_ask_the_services_for_one_and_typeof_asks_too() => await Analysis.ExpectAsync("""
        using Microsoft.Extensions.DependencyInjection;
        [Workflow("flow")]
        public sealed partial class Flow(IServiceProvider services) : IWorkflow<Ticket, Reply>
        {
            private readonly object? taken = services.GetService(typeof(TimeProvider));

            [Step] public Reply Answer(Ticket ticket) => new($"{taken}{Find()}{{|KW4003:services.GetService(typeof(IChatClient))|}}");

            private IChatClient Find() => {|KW4003:services.GetRequiredService<IChatClient>()|};
        }
        """);

    [Fact]
    public async Task Outside_of_workflows_nothing_is_reported() => await Analysis.ExpectAsync("""
        public sealed class Host(IChatClient chat)
        {
            private static IChatClient? kept;

            public void Keep(string tenant)
            {
                kept = chat;
                _ = Task.Run(() => kept.GetResponseAsync(tenant));
            }
        }
        """);

    private static string Step(string code) => $$"""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow(Service service) : IWorkflow<Ticket, Reply>
        {
            private static IChatClient? kept;
            private static int total;
            private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, IChatClient> all = new();
            private IChatClient? mine;
            private int count;

            public IChatClient? Client { get; set; }

            public string? Name { get; set; }

            [Step]
            public async Task<Reply> Answer(Ticket ticket, IChatClient chat)
            {
                {{code}}
                await Task.Yield();
                return new($"{kept}{total}{all}{mine}{count}{service}");
            }
        }

        public sealed class Service
        {
            public IChatClient? Client { get; set; }

            public string? Name { get; set; }

            public Dictionary<string, IChatClient> ByName { get; } = [];

            public System.Collections.Concurrent.ConcurrentDictionary<string, string> Answers { get; } = [];
        }

        public static class Shared
        {
            public static IChatClient? Client { get; set; }
        }

        """;
}
