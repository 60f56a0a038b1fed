namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW3014: what holds a thread in a step, and what does not.</summary>
public sealed class BlockingCallAnalyzerTests
{
    [Theory]
    [InlineData("Read().Wait()", "Task.Wait", "await the task")]
    [InlineData("Read().Wait(1000)", "Task.Wait", "await the task")]
    [InlineData("_ = Read().Result", "Task.Result", "await the task")]
    [InlineData("_ = ReadFast().Result", "ValueTask.Result", "await the task")]
    [InlineData("Read().GetAwaiter().GetResult()", "Task.GetAwaiter().GetResult", "await the task")]
    [InlineData("Read().ConfigureAwait(false).GetAwaiter().GetResult()", "Task.GetAwaiter().GetResult", "await the task")]
    [InlineData("ReadFast().GetAwaiter().GetResult()", "ValueTask.GetAwaiter().GetResult", "await the task")]
    [InlineData("Task.WaitAll(Read(), Read())", "Task.WaitAll", "Task.WhenAll")]
    [InlineData("Task.WaitAny(Read(), Read())", "Task.WaitAny", "Task.WhenAny")]
    [InlineData("Thread.Sleep(10)", "Thread.Sleep", "Task.Delay")]
    [InlineData("new SemaphoreSlim(1).Wait()", "SemaphoreSlim.Wait", "WaitAsync")]
    [InlineData("new ManualResetEventSlim().Wait()", "ManualResetEventSlim.Wait", "can be awaited")]
    [InlineData("new AutoResetEvent(false).WaitOne()", "WaitHandle.WaitOne", "can be awaited")]
    [InlineData("Monitor.Wait(this)", "Monitor.Wait", "can be awaited")]
    public async Task A_call_that_waits_is_reported_with_what_to_do(string call, string name, string instead)
    {
        var message = Assert.Single(await Analysis.ExpectAsync(Step(call.StartsWith("_ = ", StringComparison.Ordinal) ? $"_ = {{|KW3014:{call[4..]}|}};" : $"{{|KW3014:{call}|}};")));

        Assert.StartsWith($"`Answer` blocks a thread with `{name}`", message, StringComparison.Ordinal);
        Assert.Contains(instead, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("await Read();")]
    [InlineData("var read = Read(); await read; _ = read.Result;")]
    [InlineData("var one = Read(); var two = Read(); await Task.WhenAll(one, two); _ = one.Result + two.Result;")]
    [InlineData("var read = Read(); if (read.IsCompletedSuccessfully) _ = read.Result;")]
    [InlineData("var read = Read(); await read; _ = read.GetAwaiter().GetResult();")]
    [InlineData("await Read().ContinueWith(static read => read.Result.Length, TaskScheduler.Default);")]
    [InlineData("new SemaphoreSlim(1).Wait(0);")]
    [InlineData("new AutoResetEvent(false).WaitOne(0);")]
    [InlineData("await Task.Delay(1);")]
    [InlineData("_ = new Outcome().Result;")]
    public async Task What_does_not_wait_is_not(string code) => await Analysis.ExpectAsync(Step(code) + "public sealed class Outcome { public int Result => 1; }");

    [Fact]
    public async Task The_result_of_a_task_of_a_lambda_is() => await Analysis.ExpectAsync(Step("""
        var all = new[] { Read() };
        _ = Array.ConvertAll(all, read => {|KW3014:read.Result|});
        """));

    [Fact]
    public async Task Awaiting_afterwards_does_not_help() => await Analysis.ExpectAsync(Step("var read = Read(); _ = {|KW3014:read.Result|}; await read;"));

    [Fact]
    public async Task Whatever_a_run_calls_is_looked_at() => await Analysis.ExpectAsync("""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}", Tools = [nameof(LookUp)], ConfigureOptions = nameof(Edit), When = nameof(IsUrgent))]
            public partial Task<Topic> Write(Ticket ticket, IChatClient chat);

            [Step]
            public Reply Finish(Topic? topic)
            {
                Inner();
                return new("");

                void Inner() => {|KW3014:Thread.Sleep(1)|};
            }

            [Tool]
            public string LookUp(string order)
            {
                {|KW3014:Thread.Sleep(1)|};
                return order;
            }

            private static void Edit(ChatOptions options) => {|KW3014:Thread.Sleep(1)|};

            private static bool IsUrgent(Ticket ticket)
            {
                {|KW3014:Thread.Sleep(1)|};
                return true;
            }

            [ChooseProfile]
            private static Credential Choose(Ticket ticket)
            {
                {|KW3014:Thread.Sleep(1)|};
                return "acme";
            }

            public void NotOfARun() => Thread.Sleep(1);
        }

        public sealed class {|KW3015:Elsewhere|}
        {
            [Step]
            public void Save() => Thread.Sleep(1);
        }
        """);

    private static string Step(string code) => $$"""
        [Workflow("flow")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Step]
            public async Task<Reply> Answer(Ticket ticket)
            {
                {{code}}
                return await Task.FromResult(new Reply(ticket.Question));
            }

            private static Task<string> Read() => Task.FromResult("");

            private static ValueTask<int> ReadFast() => new(1);
        }

        """;
}
