namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW4001 beyond plain assignments: what holds a client, work that nobody waits for, and helpers.</summary>
public sealed class KeptClientAnalyzerTests
{
    [Theory]
    [InlineData("{|KW4001:pair|} = (chat, 1);")]
    [InlineData("var both = (chat, 1); {|KW4001:pair|} = both;")]
    [InlineData("{|KW4001:kept|} = new Holder(chat);")]
    [InlineData("{|KW4001:kept|} = new Holder(null) with { Client = chat };")]
    [InlineData("{|KW4001:kept|} = new { chat };")]
    [InlineData("{|KW4001:kept|} = new[] { chat };")]
    [InlineData("IChatClient[] all = [chat]; {|KW4001:service.Any|} = all;")]
    [InlineData("{|KW4001:service.Any|} = new Lazy<IChatClient>(() => chat);")]
    [InlineData("{|KW4001:service.Ask|} = () => chat.GetResponseAsync(\"x\");")]
    [InlineData("{|KW4001:service.Ask|} = Ask; Task Ask() => chat.GetResponseAsync(\"x\");")]
    [InlineData("{|KW4001:kept|} = ticket.Question == \"\" ? null : chat;")]
    [InlineData("{|KW4001:service.Work|} = chat.GetResponseAsync(\"x\");")]
    [InlineData("{|KW4001:service.Asks.Add(() => chat.GetResponseAsync(\"x\"))|};")]
    [InlineData("{|KW4001:service.Works.Add(chat.GetResponseAsync(\"x\"))|};")]
    [InlineData("service.Happened += (_, _) => {|KW4001:chat|}.GetResponseAsync(\"x\");")]
    [InlineData("_ = {|KW4001:chat|}.GetResponseAsync(\"x\");")]
    [InlineData("_ = Other.AskAsync({|KW4001:chat|});")]
    [InlineData("Other.AskAsync({|KW4001:chat|});")]
    [InlineData("_ = Other.AskAsync({|KW4001:chat|}).ConfigureAwait(false);")]
    [InlineData("_ = Other.AskAsync({|KW4001:chat|}).ContinueWith(done => done.Id);")]
    [InlineData("_ = Task.Delay(1).ContinueWith(_ => {|KW4001:chat|}.GetResponseAsync(\"x\"));")]
    [InlineData("_ = Task.Run({|KW4001:Ask|}); Task Ask() => chat.GetResponseAsync(\"x\");")]
    [InlineData("_ = {|KW4001:Ask()|}; Task Ask() => chat.GetResponseAsync(\"x\");")]
    [InlineData("_ = Task.Factory.StartNew(() => {|KW4001:chat|}.GetResponseAsync(\"x\"));")]
    [InlineData("_ = Parallel.ForEachAsync([1, 2], async (_, ct) => await {|KW4001:chat|}.GetResponseAsync(\"x\", cancellationToken: ct));")]
    [InlineData("var work = Other.AskAsync({|KW4001:chat|});")]
    [InlineData("var work = Other.AskAsync({|KW4001:chat|}); _ = work.ContinueWith(done => done.Id);")]
    [InlineData("Other.AskAsync({|KW4001:chat|}).Forget();")]
    [InlineData("Other.Shoot({|KW4001:chat|});")]
    [InlineData("Action shoot = async () => await {|KW4001:chat|}.GetResponseAsync(\"x\"); shoot();")]
    [InlineData("new List<int> { 1 }.ForEach(async _ => await {|KW4001:chat|}.GetResponseAsync(\"x\"));")]
    [InlineData("new Thread(() => {|KW4001:chat|}.GetResponseAsync(\"x\")).Start();")]
    [InlineData("{|KW4001:service.Named.GetOrAdd(\"a\", _ => chat)|};")]
    [InlineData("{|KW4001:service.Named.GetOrAdd(\"a\", _ => new Agent(chat))|};")]
    [InlineData("var timer = new System.Timers.Timer(1000); timer.Elapsed += async (_, _) => await {|KW4001:chat|}.GetResponseAsync(\"x\"); timer.Start();")]
    [InlineData("var timer = new System.Timers.Timer(1000); timer.Elapsed += (_, _) => {|KW4001:chat|}.GetResponseAsync(\"x\"); timer.Start();")]
    [InlineData("{|KW4001:kept|} = new Timer(_ => chat.GetResponseAsync(\"x\"), null, 0, 1000);")]
    [InlineData("service.Channel.Writer.TryWrite(chat);", "{|KW4001:service.Channel.Writer.TryWrite(chat)|};")]
    public async Task What_takes_a_client_beyond_its_step_is_reported(string code, string? marked = null) => Assert.Single(await Analysis.ExpectAsync(Step(marked ?? code)));

    [Theory]
    [InlineData("await Other.AskAsync(chat);")]
    [InlineData("await Other.AskAsync(chat).ConfigureAwait(false);")]
    [InlineData("await Other.AskAsync(chat).ContinueWith(done => done.Id);")]
    [InlineData("var one = Other.AskAsync(chat); var two = Other.AskAsync(chat); await Task.WhenAll(one, two);")]
    [InlineData("var work = Task.Run(() => chat.GetResponseAsync(\"x\")); await Task.WhenAny(work, Task.Delay(1));")]
    [InlineData("List<Task> works = []; works.Add(Other.AskAsync(chat)); await Task.WhenAll(works);")]
    [InlineData("await Task.WhenAll(new[] { 1, 2 }.Select(_ => Other.AskAsync(chat)));")]
    [InlineData("await Parallel.ForEachAsync([1, 2], async (_, ct) => await chat.GetResponseAsync(\"x\", cancellationToken: ct));")]
    [InlineData("var holder = new Holder(chat); await holder.Client!.GetResponseAsync(\"x\");")]
    [InlineData("var pair = (chat, 1); await pair.chat.GetResponseAsync(\"x\");")]
    [InlineData("Func<Task> ask = async () => await chat.GetResponseAsync(\"x\"); await ask();")]
    [InlineData("async Task Ask() => await chat.GetResponseAsync(\"x\"); await Ask();")]
    [InlineData("await foreach (var update in chat.GetStreamingResponseAsync(\"x\")) _ = update.Text;")]
    [InlineData("_ = (await chat.GetResponseAsync(\"x\")).Text;")]
    [InlineData("service.Name = (await chat.GetResponseAsync(\"x\")).Text;")]
    [InlineData("_ = chat.GetService<ChatClientMetadata>();")]
    [InlineData("_ = service.SaveAsync(\"x\");")]
    [InlineData("var agent = new Agent(chat); var said = await agent.SayAsync(\"x\"); service.Name = said;")]
    [InlineData("var own = new Service(); own.Ask = () => chat.GetResponseAsync(\"x\"); await own.Ask();")]
    [InlineData("await service.ReviewAsync(\"x\", chat);")]
    [InlineData("await service.EachAsync(async text => (await chat.GetResponseAsync(text)).Text);")]
    [InlineData("using var source = new CancellationTokenSource(1); var work = chat.GetResponseAsync(\"x\", cancellationToken: source.Token); service.Name = (await work).Text;")]
    [InlineData("Task? work = null; if (ticket.Question != \"\") work = Other.AskAsync(chat); if (work is not null) await work;")]
    [InlineData("_ = Task.Run(() => service.Name = \"x\");")]
    [InlineData("service.Happened += (_, _) => service.Name = \"x\";")]
    [InlineData("Action<string> note = text => service.Name = text; note((await chat.GetResponseAsync(\"x\")).Text);")]
    [InlineData("service.Named.GetOrAdd(\"a\", _ => chat.ToString()!);")]
    [InlineData("var progress = new Progress<int>(); progress.ProgressChanged += (_, _) => service.Name = \"x\"; await chat.GetResponseAsync(\"x\");")]
    [InlineData("service.Texts.Add((await chat.GetResponseAsync(\"x\")).Text);")]
    public async Task What_ends_with_its_step_is_not(string code) => await Analysis.ExpectAsync(Step(code));

    [Fact]
    public async Task A_step_may_return_its_work_and_a_helper_may_keep_nothing() => await Analysis.ExpectAsync("""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            private static IChatClient? kept;

            private readonly IChatClient? given;

            public Flow() => given = null;

            [Step] public Task<Reply> Answer(Ticket ticket, IChatClient chat) => AnswerAsync(chat);

            private async Task<Reply> AnswerAsync(IChatClient chat)
            {
                Keep(chat);
                Start(chat);
                return new((await chat.GetResponseAsync("x")).Text + given);
            }

            private static void Keep(IChatClient chat) => {|KW4001:kept|} = chat;

            private static void Start(IChatClient chat) => {|KW4001:chat|}.GetResponseAsync("x");
        }
        """);

    private static string Step(string code) => "using System.Linq;\n" + $$"""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow(Service service) : IWorkflow<Ticket, Reply>
        {
            private static object? kept;
            private static (IChatClient, int) pair;

            [Step]
            public async Task<Reply> Answer(Ticket ticket, IChatClient chat)
            {
                {{code}}
                await Task.Yield();
                return new($"{kept}{pair}{service}");
            }
        }

        public sealed record Holder(IChatClient? Client);

        public sealed class Agent(IChatClient chat) { public async Task<string> SayAsync(string text) => (await chat.GetResponseAsync(text)).Text; }

        public sealed class Service
        {
            public object? Any { get; set; }
            public string? Name { get; set; }
            public Func<Task>? Ask { get; set; }
            public Task? Work { get; set; }
            public List<Func<Task>> Asks { get; } = [];
            public List<Task> Works { get; } = [];
            public List<string> Texts { get; } = [];
            public System.Collections.Concurrent.ConcurrentDictionary<string, object> Named { get; } = new();
            public System.Threading.Channels.Channel<IChatClient> Channel { get; } = System.Threading.Channels.Channel.CreateUnbounded<IChatClient>();
            public event EventHandler? Happened { add { } remove { } }
            public Task SaveAsync(string text) => Task.CompletedTask;
            public Task ReviewAsync(string text, IChatClient chat) => Task.CompletedTask;
            public Task EachAsync(Func<string, Task<string>> ask) => Task.CompletedTask;
        }

        public static class Other
        {
            public static async Task AskAsync(IChatClient chat) => await chat.GetResponseAsync("x");
            public static async void Shoot(IChatClient chat) => await chat.GetResponseAsync("x");
            public static void Forget(this Task task) { }
        }

        """;
}
