using KeyedWorkflows.Runtime;
using KeyedWorkflows.Tests.Credentials;

namespace KeyedWorkflows.Tests.Runtime;

/// <summary>What a run does with its binding. How a credential is chosen is tested with the binder.</summary>
public sealed class BindingTests
{
    [Fact]
    public async Task A_run_that_cannot_be_bound_starts_no_step_and_creates_no_class()
    {
        await using var scene = new Scene();
        var created = 0;
        var workflow = new TestExecutor<Nothing, string, string>(Written.Describe("paid", [Written.Main], Written.Steps("Ask")))
        {
            Create = _ =>
            {
                created++;
                return new Nothing();
            },
            Body = (_, emitted, input) => emitted.AskAsync(0, input),
        };

        var error = await scene.FailureAsync(workflow, "hello", "unknown");

        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, error.Code);
        Assert.Equal("paid", error.Workflow);
        Assert.Equal("main", error.Slot);
        Assert.Null(error.Step);
        Assert.NotNull(error.RunId);
        Assert.Equal(0, created);
        Assert.Empty(scene.Model.Requests);
    }

    [Fact]
    public async Task A_second_slot_that_cannot_be_bound_stops_the_run_before_the_first_is_used()
    {
        await using var scene = new Scene();
        var workflow = Written.Of(
            Written.Describe("two", [Written.Main, new() { Name = "other", Model = "model-2", IsUsed = true }], Written.Steps("Ask")),
            static (emitted, input) => emitted.AskAsync(0, input));

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.Transport.RunAsync(workflow, "hello", RunCredentials.PerSlot((Credential)"acme", null), null, Scene.Ct));

        Assert.Equal(WorkflowErrorCodes.CredentialMissing, error.Code);
        Assert.Equal("other", error.Slot);
        Assert.Empty(scene.Model.Requests);
    }

    [Fact]
    public async Task Steps_see_whom_their_run_serves_and_no_secret()
    {
        await using var scene = new Scene();
        RunContext? seen = null;
        var workflow = Written.Paid(Written.Steps("Look"), (emitted, input) => emitted.PlainAsync(0, () =>
        {
            seen = emitted.Run;
            return input;
        }));

        await scene.RunAsync(workflow, "hello", "acme", new RunOptions { EndUser = "eve", Labels = new Dictionary<string, string> { ["region"] = "eu" } });

        Assert.NotNull(seen);
        Assert.Equal("acme", seen.Tenant);
        Assert.Equal("acme", seen.ProfileName);
        Assert.Equal("acme", seen.ProfileNameOf("main"));
        Assert.Equal("eve", seen.EndUser);
        Assert.Equal("eu", seen.Labels["region"]);
        Assert.Equal("paid", seen.Workflow);
        Assert.Null(seen.Deadline);
        Assert.Matches("^[0-9a-f]{44}$", seen.RunId);
        Assert.Throws<ArgumentException>(() => seen.ProfileNameOf("side"));
    }

    [Fact]
    public async Task A_key_given_for_the_run_has_no_profile_and_its_client_ends_with_the_run()
    {
        await using var scene = new Scene();
        string? profile = "unset";
        var workflow = Written.Paid(Written.Steps("Ask"), (emitted, input) =>
        {
            profile = emitted.Run.ProfileName;
            return emitted.AskAsync(0, input);
        });
        var key = Profiles.NewKey();

        var first = await scene.RunAsync(workflow, "hello", Credential.ApiKey(key));
        var second = await scene.RunAsync(workflow, "hello", null, new EventLog(), Credential.ApiKey(key));

        Assert.Equal("re: hello", first);
        Assert.Equal("re: hello", second);
        Assert.Null(profile);
        Assert.Equal([key, key], scene.Model.Contexts.Select(static context => context.ApiKey!.Reveal()));
        Assert.Equal(2, scene.Model.Disposed);
    }

    [Fact]
    public async Task The_client_of_a_profile_is_built_once_for_all_runs()
    {
        await using var scene = new Scene();
        var workflow = Written.Paid(Written.Steps("Ask"), static (emitted, input) => emitted.AskAsync(0, input));

        for (var run = 0; run < 3; run++)
            await scene.RunAsync(workflow, "hello", "acme");

        Assert.Single(scene.Model.Contexts);
        Assert.Equal(0, scene.Model.Disposed);
    }

    [Fact]
    public async Task A_run_names_its_tenant_where_only_the_operators_profile_pays()
    {
        await using var scene = new Scene();
        string? tenant = null;
        var workflow = Written.Paid(Written.Steps("Look"), (emitted, input) => emitted.PlainAsync(0, () =>
        {
            tenant = emitted.Run.Tenant;
            return input;
        }));

        await scene.RunAsync(workflow, "hello", "house", new RunOptions { Tenant = "bravo" });

        Assert.Equal("bravo", tenant);
    }

    [Fact]
    public async Task A_workflow_without_slots_needs_no_credential_and_takes_none()
    {
        await using var scene = new Scene();
        var workflow = Written.Plain(Written.Steps("Echo"), static (emitted, input) => emitted.PlainAsync(0, () => input));

        Assert.Equal("hello", await scene.RunAsync(workflow, "hello"));
        Assert.Equal(WorkflowErrorCodes.CredentialInvalid, (await scene.FailureAsync(workflow, "hello", "acme")).Code);
    }

    [Fact]
    public async Task A_chooser_is_asked_once_with_input_and_run_before_the_first_step()
    {
        await using var scene = new Scene();
        List<string> happened = [];
        var workflow = Choosing((_, input, run, _) =>
        {
            happened.Add($"choose {input} {run.EndUser} {run.ProfileName ?? "nobody"}");
            return new("house");
        }, happened);

        await scene.RunAsync(workflow, "hello", options: new RunOptions { EndUser = "eve" });

        Assert.Equal(["choose hello eve nobody", "step"], happened);
    }

    [Fact]
    public async Task A_chooser_that_throws_fails_the_run_before_its_first_step()
    {
        await using var scene = new Scene();
        List<string> happened = [];

        var error = await scene.FailureAsync(Choosing(static (_, _, _, _) => throw new TimeoutException("broken"), happened), "hello");

        Assert.Equal(WorkflowErrorCodes.StepFailed, error.Code);
        Assert.IsType<TimeoutException>(error.InnerException);
        Assert.Contains("'main'", error.Message, StringComparison.Ordinal);
        Assert.Empty(happened);
    }

    [Fact]
    public async Task A_caller_who_cancels_in_the_chooser_gets_a_cancellation_with_its_own_token()
    {
        await using var scene = new Scene();
        using var caller = new CancellationTokenSource();
        var workflow = Choosing(async (_, _, _, ct) =>
        {
            await caller.CancelAsync();
            ct.ThrowIfCancellationRequested();
            return "house";
        }, []);

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.RunAsync(workflow, "hello", ct: caller.Token));

        Assert.Equal(caller.Token, error.CancellationToken);
    }

    [Fact]
    public async Task A_store_that_throws_is_put_down_to_the_host()
    {
        await using var scene = new Scene(static services => WorkflowsBuilder.For(services).AddProfileStore(new BrokenStore()));
        var workflow = Written.Paid(Written.Steps("Ask"), static (emitted, input) => emitted.AskAsync(0, input));

        var error = await scene.FailureAsync(workflow, "hello", "acme");

        Assert.Equal(WorkflowErrorCodes.HostMisconfigured, error.Code);
        Assert.Null(error.InnerException);
        Assert.Null(error.Step);
        Assert.Contains("IOException", error.Message, StringComparison.Ordinal);
    }

    private static TestExecutor<Nothing, string, string> Choosing(Func<Nothing, string, RunContext, CancellationToken, ValueTask<Credential>> choose, List<string> happened) =>
        new(Written.Describe("choosing", [Written.Main with { HasChooser = true }], Written.Steps("Step")))
        {
            Create = static _ => new Nothing(),
            Chooses = choose,
            Body = (_, emitted, input) => emitted.PlainAsync(0, () =>
            {
                happened.Add("step");
                return input;
            }),
        };

    private sealed class BrokenStore : IProfileStore
    {
        public ValueTask<StoredProfile?> FindByNameAsync(string name, CancellationToken cancellationToken) => throw new IOException("disk");

        public ValueTask<StoredProfile?> FindByIdAsync(string id, CancellationToken cancellationToken) => throw new IOException("disk");

        public ValueTask<IReadOnlyList<StoredProfile>> FindByTenantAsync(string tenant, CancellationToken cancellationToken) => throw new IOException("disk");
    }
}
