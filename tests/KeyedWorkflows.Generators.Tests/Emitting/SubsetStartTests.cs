using System.Globalization;
using KeyedWorkflows.Hosting;
using KeyedWorkflows.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>An executor starts from any set of finished steps: none of them runs again, and the output is the same.</summary>
public sealed class SubsetStartTests
{
    private const string Source = """
        namespace Acme
        {
            public record Half(int N); public record Big(string Text); public record Small(string Text); public record struct Size(int N); public record Note(string Text);
            public static class Log { public static readonly System.Collections.Concurrent.ConcurrentQueue<string> Ran = new(); public static T Of<T>(string name, T value) { Ran.Enqueue(name); return value; } }

            [Workflow("child")]
            public sealed partial class Child : IWorkflow<Size, Note>
            {
                [Step] public async Task<Half> ChildHalf(Size size) { await Task.Yield(); return Log.Of("Ask/ChildHalf", new Half(size.N / 2)); }
                [Step] public Note ChildNote(Half half) => Log.Of("Ask/ChildNote", new Note("n" + half.N));
            }

            [Workflow("test")]
            [CredentialProfile]
            public sealed partial class Test : IWorkflow<int, string>
            {
                [Step] public async Task<Half> Halve(int n) { await Task.Yield(); return Log.Of("Halve", new Half(n / 2)); }
                [Step] public Size? Measure(int n) => Log.Of<Size?>("Measure", n > 3 ? new(n) : null);
                private bool IsBig(Half half) => Log.Of("IsBig", half.N > 4);
                [Step(When = nameof(IsBig))] public Big MakeBig(Half half) => Log.Of("MakeBig", new Big("big"));
                [Step(Unless = nameof(IsBig))] public Task<Small> MakeSmall(Half half) => Task.FromResult(Log.Of("MakeSmall", new Small("small")));
                [Prompt("{{n}}")] public partial Task<string> Draft(int n, IChatClient chat);
                [Step(Optional = true)] public ValueTask<long> Fails(int n) => Log.Of("Fails", n < 0) ? new(1L) : throw new InvalidOperationException();
                [SubWorkflow(typeof(Child))] public partial Task<Note> Ask(Size size);
                [Step(After = [nameof(MakeBig), nameof(MakeSmall)])] public void Tell() => Log.Of("Tell", 0);
                [Step] public string[] Parts(Half half) => Log.Of("Parts", new[] { "a", "b" });
                [Step] public string Mark([ForEach(Concurrency = 2)] string part) => Log.Of("Mark#" + part, part + "!");
                [Step, Output] public string Finish(int n, Big? big, Small? small, [From(nameof(Draft))] string draft, [From(nameof(Fails))] long? fails, Note? note, [From(nameof(Mark))] List<string> marks) =>
                    Log.Of("Finish", $"{big?.Text}{small?.Text} {draft} {fails} {note?.Text} {string.Join(',', marks)}");
            }
        }

        public static class Scene
        {
            public static Task<string[]> Take(IServiceProvider services)
            {
                var ran = Acme.Log.Ran.ToArray();
                Acme.Log.Ran.Clear();
                return Task.FromResult(ran);
            }
        }
        """;

    [Theory]
    [InlineData(12, "big echo of 12  n6 a!,b!")]
    [InlineData(2, "small echo of 2   a!,b!")]
    public async Task The_rest_runs_and_nothing_runs_twice(int input, string expected)
    {
        await using var loaded = LoadedWorkflows.Of(Source);
        Assert.True(loaded.Services.GetRequiredService<WorkflowRegistry>().TryFind("test", out var found));
        var workflow = (WorkflowDefinition<int, string>)found;
        var transport = new InProcessTransport(loaded.Services.GetRequiredService<WorkflowHost>());
        var whole = new MemoryCheckpoint();
        Assert.Equal(expected, await Run(whole));
        var all = await loaded.Play<string[]>("Take");
        var keys = whole.Values.Keys.Order(StringComparer.Ordinal).ToArray();

        for (var mask = 0; mask < 1 << keys.Length; mask++)
        {
            var start = new MemoryCheckpoint();
            for (var i = 0; i < keys.Length; i++)
            {
                if ((mask & (1 << i)) != 0)
                    start.Values[keys[i]] = whole.Values[keys[i]];
            }
            var finished = start.Values.Keys.ToHashSet(StringComparer.Ordinal);
            var toRun = all.Where(name => !IsFinished(name, finished)).Order(StringComparer.Ordinal);

            Assert.Equal(expected, await Run(start));

            Assert.Equal(toRun, (await loaded.Play<string[]>("Take")).Order(StringComparer.Ordinal));
            Assert.Equal(finished.Contains(Key("Draft")) ? 0 : 1, loaded.Provider.Requests.Count);
        }

        Task<string> Run(MemoryCheckpoint checkpoint)
        {
            loaded.Provider.Requests.Clear();
            return transport.RunAsync(workflow, input, RunCredentials.For("acme"), null, checkpoint, null, TestContext.Current.CancellationToken);
        }

        string Key(string step) => workflow.Steps.Single(definition => definition.Name == step).Index.ToString(CultureInfo.InvariantCulture);

        bool IsFinished(string name, HashSet<string> finished)
        {
            var path = name.Split('/');
            if (path.Length == 2)
                return finished.Contains(Key(path[0])) || finished.Contains(Key(path[0]) + "/" + (path[1] == "ChildHalf" ? "0" : "1"));
            var element = name.Split('#');
            return element.Length == 2 ? finished.Contains(Key(element[0]) + "#" + (element[1] == "a" ? "0" : "1")) : finished.Contains(Key(name));
        }
    }
}
