using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

public sealed class CheckpointTests
{
    [Fact]
    public async Task From_every_set_of_finished_steps_only_the_others_run_and_the_output_is_the_same()
    {
        await using var scene = new Scene();
        List<int> ran = [];
        var workflow = Written.Plain(Written.Steps("One", "Two", "Three"), async (emitted, input) =>
        {
            var one = await emitted.PlainAsync(0, () => Note(0, input + "1"));
            var two = await emitted.StepAsync(1, _ => Task.FromResult(Note(1, one + "2")));
            return await emitted.PlainAsync(2, () => Note(2, two + "3"));
        });
        string[] results = ["x1", "x12", "x123"];

        for (var done = 0; done < 8; done++)
        {
            ran.Clear();
            var checkpoint = new MemoryCheckpoint();
            for (var step = 0; step < 3; step++)
            {
                if ((done & (1 << step)) != 0)
                    checkpoint.With($"{step}", results[step]);
            }

            Assert.Equal("x123", await scene.RunAsync(workflow, "x", checkpoint, null));
            Assert.Equal(Enumerable.Range(0, 3).Where(step => (done & (1 << step)) == 0), ran);
            Assert.Equal(["0 = \"x1\"", "1 = \"x12\"", "2 = \"x123\""], checkpoint.Lines);
        }

        string Note(int step, string result)
        {
            ran.Add(step);
            return result;
        }
    }

    [Fact]
    public async Task A_step_starts_after_what_it_needs_was_kept()
    {
        await using var scene = new Scene();
        List<string> happened = [];
        var checkpoint = new MemoryCheckpoint
        {
            Saved = async (key, _) =>
            {
                await Task.Yield();
                happened.Add("kept " + key);
            },
        };
        var workflow = Written.Plain(Written.Steps("One", "Two"), async (emitted, input) =>
        {
            await emitted.PlainAsync(0, () => input);
            return await emitted.PlainAsync(1, () =>
            {
                happened.Add("ran 1");
                return input;
            });
        });

        await scene.RunAsync(workflow, "x", checkpoint, null);

        Assert.Equal(["kept 0", "ran 1", "kept 1"], happened);
    }

    [Fact]
    public async Task Values_records_and_absent_results_come_back_as_they_were()
    {
        await using var scene = new Scene();
        var checkpoint = new MemoryCheckpoint();
        var steps = Written.Steps("Number", "Maybe", "None", "Item", "Flag", "Skipped");
        List<string> ran = [];
        var workflow = Written.Of(Written.Describe("kept", [], steps), async (emitted, _) =>
        {
            var run = emitted.Run;
            if (!run.TryRestore(0, out int number))
            {
                ran.Add("Number");
                number = 42;
                await run.EndAsync(0, number);
            }
            if (!run.TryRestore(1, out int? maybe))
            {
                ran.Add("Maybe");
                maybe = 7;
                await run.EndAsync(1, maybe);
            }
            if (!run.TryRestore(2, out int? none))
            {
                ran.Add("None");
                none = null;
                await run.EndAsync(2, none);
            }
            if (!run.TryRestore(3, out Item? item))
            {
                ran.Add("Item");
                item = new("bolt", 2.5m, Colour.Red);
                await run.EndAsync(3, item);
            }
            if (!run.TryRestore(4))
            {
                ran.Add("Flag");
                await run.EndAsync(4);
            }
            if (!run.TryRestore(5, out string? skipped))
            {
                ran.Add("Skipped");
                await run.SkipAsync(5);
            }
            return (number, maybe, none, item, skipped);
        });

        var first = await scene.RunAsync(workflow, "x", checkpoint, null);
        var second = await scene.RunAsync(workflow, "x", checkpoint, null);

        Assert.Equal((42, 7, null, new Item("bolt", 2.5m, Colour.Red), null), first);
        Assert.Equal(first, second);
        Assert.Equal(["Number", "Maybe", "None", "Item", "Flag", "Skipped"], ran);
    }

    [Fact]
    public async Task A_step_that_was_skipped_is_not_told_and_kept_again()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Written.Plain(Written.Steps("Maybe"), static async (emitted, input) =>
        {
            await emitted.Run.SkipAsync(0);
            return input;
        });

        await scene.RunAsync(workflow, "x", new MemoryCheckpoint().WithSkipped("0"), events);

        Assert.Equal(["run started", "run finished: Succeeded"], events.Lines);
    }

    [Fact]
    public async Task More_than_sixty_four_steps_are_kept_apart()
    {
        await using var scene = new Scene();
        var names = Enumerable.Range(0, 200).Select(static step => $"S{step}").ToArray();
        var workflow = Written.Of(Written.Describe("long", [], Written.Steps(names)), static (emitted, _) =>
            Task.FromResult(string.Join(',', Enumerable.Range(0, 200).Where(emitted.Run.TryRestore))));
        var checkpoint = new MemoryCheckpoint().With("0", 0).With("63", 0).With("64", 0).With("127", 0).With("128", 0).With("199", 0);

        Assert.Equal("0,63,64,127,128,199", await scene.RunAsync(workflow, "x", checkpoint, null));
    }

    [Fact]
    public async Task A_result_that_was_paid_for_is_kept_though_the_caller_has_cancelled()
    {
        await using var scene = new Scene();
        using var caller = new CancellationTokenSource();
        var checkpoint = new MemoryCheckpoint();
        scene.Model.Answers(async (_, _) =>
        {
            await caller.CancelAsync();
            return FakeModel.Text("paid");
        });
        var workflow = Written.Paid(Written.Steps("Ask", "Last"), static async (emitted, input) =>
        {
            var answer = await emitted.AskAsync(0, input);
            return await emitted.PlainAsync(1, () => answer);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.RunAsync(workflow, "x", checkpoint, null, "acme", caller.Token));

        Assert.Equal(["0 = \"paid\""], checkpoint.Lines);
    }

    [Fact]
    public async Task What_was_kept_and_cannot_be_read_stops_the_run_without_saying_what_it_was()
    {
        await using var scene = new Scene();
        var workflow = Written.Plain(Written.Steps("One"), static async (emitted, _) => (await emitted.PlainAsync(0, static () => 1)).ToString());

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(workflow, "x", new MemoryCheckpoint().WithJson("0", "{\"private\":1}"), null));

        Assert.Equal(WorkflowErrorCodes.HostMisconfigured, error.Code);
        Assert.Equal("One", error.Step);
        Assert.DoesNotContain("private", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_cannot_keep_a_result_is_not_the_steps_fault()
    {
        await using var scene = new Scene();
        var checkpoint = new MemoryCheckpoint { Saved = static (_, _) => throw new IOException("disk full") };
        var workflow = Written.Plain([Written.Step(0, "One") with { Optional = true }], static async (emitted, input) =>
            await emitted.Run.OptionalAsync(0, _ => Task.FromResult(input), emitted.Token) ?? "went on");

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(workflow, "x", checkpoint, null));

        Assert.Equal((WorkflowErrorCodes.HostMisconfigured, "One"), (error.Code, error.Step));
        Assert.IsType<IOException>(error.InnerException);
    }

    [Fact]
    public async Task A_result_that_cannot_be_written_is_told_as_the_steps_failure()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Written.Of(Written.Describe("loop", [], Written.Steps("One")), static (emitted, _) => emitted.PlainAsync(0, static () => (Action)(static () => { })));

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(workflow, "x", new MemoryCheckpoint(), events));

        Assert.Equal(WorkflowErrorCodes.HostMisconfigured, error.Code);
        Assert.Equal("One", error.Step);
        Assert.Equal("failed One: host_misconfigured", events.Lines[^2]);
    }

    private enum Colour
    {
        Green,
        Red,
    }

    private sealed record Item(string Name, decimal Price, Colour Colour);
}
