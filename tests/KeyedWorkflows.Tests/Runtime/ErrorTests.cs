using KeyedWorkflows.Runtime;
using KeyedWorkflows.Tests.Credentials;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Runtime;

/// <summary>One exception type that says where and under whom, and never carries a key.</summary>
public sealed class ErrorTests
{
    [Fact]
    public async Task A_failed_model_call_names_run_workflow_step_attempt_slot_and_profile()
    {
        await using var scene = new Scene();
        scene.Model.Fails(new ModelCallException(WorkflowErrorCodes.RateLimited, "The provider's rate limit is reached.")
        {
            StatusCode = 429,
            RetryAfter = TimeSpan.FromSeconds(7),
            ProviderRequestId = "req-1",
        });
        var events = new EventLog();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(Asking(), "hello", null, events, "acme"));

        Assert.Equal(WorkflowErrorCodes.RateLimited, error.Code);
        Assert.Equal(events.Events[0].RunId, error.RunId);
        Assert.Equal("paid", error.Workflow);
        Assert.Equal("Ask", error.Step);
        Assert.Equal(1, error.Attempt);
        Assert.Equal("main", error.Slot);
        Assert.Equal("acme", error.Profile);
        Assert.Equal(429, error.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), error.RetryAfter);
        Assert.Equal("req-1", error.ProviderRequestId);
        Assert.Null(error.InnerException);
        Assert.Contains("'Ask'", error.Message, StringComparison.Ordinal);
        Assert.Contains("acme", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_names_the_slot_that_paid_where_there_are_several()
    {
        await using var scene = new Scene();
        scene.Model.Fails(new ModelCallException(WorkflowErrorCodes.Unauthorized, "The provider refused the key."));
        var workflow = Written.Of(
            Written.Describe("two", [Written.Main, new() { Name = "other", Model = "model-2", IsUsed = true }], Written.Steps("Ask")),
            static (emitted, input) => emitted.StepAsync(0, async scope => (await scope.ChatClient(1).GetResponseAsync(input, cancellationToken: scope.CancellationToken)).Text));

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.Transport.RunAsync(workflow, "hello", RunCredentials.PerSlot((Credential)"acme", (Credential)"house"), null, Scene.Ct));

        Assert.Equal("other", error.Slot);
        Assert.Equal("house", error.Profile);
    }

    [Fact]
    public async Task A_key_that_the_provider_echoes_is_nowhere_in_the_error()
    {
        await using var scene = new Scene();
        var key = Profiles.NewKey();
        scene.Model.Answers((request, _) => throw new ModelCallException(WorkflowErrorCodes.Unauthorized, $"Incorrect API key: {request.Context.ApiKey!.Reveal()}"));
        scene.Model.Answers((request, _) => throw new InvalidOperationException("raw " + request.Context.ApiKey!.Reveal()));

        var stored = await scene.FailureAsync(Asking(), "hello", "acme");
        var inline = await scene.FailureAsync(Asking(), "hello", Credential.ApiKey(key));

        Assert.DoesNotContain(scene.Acme.ApiKey!.Reveal(), stored.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(key, inline.ToString(), StringComparison.Ordinal);
        Assert.Equal(WorkflowErrorCodes.ProviderFailed, inline.Code);
        Assert.Null(inline.InnerException);
        Assert.Null(inline.Profile);
    }

    [Fact]
    public async Task A_refused_credential_is_nowhere_in_the_error()
    {
        await using var scene = new Scene();
        var key = Profiles.NewKey();

        foreach (var given in new Credential[] { key, Credential.ApiKey(key + "\r\n" + key), Credential.Id(key), Credential.Tenant(key) })
            Assert.DoesNotContain(key, (await scene.FailureAsync(Asking(), "hello", given)).ToString(), StringComparison.Ordinal);
        Assert.Empty(scene.Model.Requests);
    }

    [Fact]
    public async Task The_authors_exception_is_inside_and_its_message_is_not_repeated()
    {
        await using var scene = new Scene();
        var thrown = new InvalidOperationException("customer 4711");
        var workflow = Written.Plain(Written.Steps("Save"), (emitted, _) => emitted.PlainAsync(0, () => Task.FromException<string>(thrown)));

        var error = await scene.FailureAsync(workflow, "hello");

        Assert.Same(thrown, error.InnerException);
        Assert.DoesNotContain("4711", error.Message, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_in_what_the_authors_code_throws_is_removed_wherever_it_stands()
    {
        await using var scene = new Scene();
        var key = Profiles.NewKey();
        var base64 = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes("Bearer " + key));
        Exception[] thrown =
        [
            new InvalidOperationException($"called with {key}"),
            new InvalidOperationException("failed", new IOException($"header {base64}")),
            new AggregateException(new InvalidDataException("one"), new InvalidDataException(key)),
            new InvalidOperationException("with data") { Data = { ["request"] = key } },
            new InvalidOperationException("deep", new InvalidOperationException("down") { Data = { [key] = "as a name" } }),
            new InvalidOperationException("helped") { HelpLink = "https://acme.example/" + key },
            new WorkflowRunException("acme_refused", "No for " + key, new InvalidOperationException(key)),
            new ModelCallException("acme_failed", "No for " + key),
        ];

        foreach (var one in thrown)
        {
            var events = new EventLog();
            var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(
                Written.Paid(Written.Steps("Save"), (emitted, _) => emitted.PlainAsync(0, () => Task.FromException<string>(one))), "hello", null, events, Credential.ApiKey(key)));

            Assert.NotNull(error.RunId);
            Assert.Equal("Save", error.Step);
            var said = new List<string?>();
            for (Exception? at = error; at is not null; at = at.InnerException)
                said.AddRange([at.ToString(), at.Message, at.HelpLink, .. at.Data.Keys.Cast<object>().Concat(at.Data.Values.Cast<object>()).Select(static value => value.ToString())]);
            said.AddRange(events.Events.Select(static happened => happened.ToString()));
            Assert.All(said, text =>
            {
                Assert.DoesNotContain(key, text ?? "", StringComparison.Ordinal);
                Assert.DoesNotContain(base64[12..^4], text ?? "", StringComparison.Ordinal);
            });
            if (one is InvalidOperationException)
                Assert.Contains("InvalidOperationException", error.InnerException!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_word_that_a_profile_has_for_a_header_or_key_changes_no_error()
    {
        await using var scene = new Scene(static services => WorkflowsBuilder.For(services).AddProfile(Profiles.Of("local", "acme", "fake") with
        {
            ApiKey = Secret.From("test"),
            Headers = new Dictionary<string, Secret> { ["X-Env"] = Secret.From("prod") },
        }));
        var thrown = new InvalidOperationException("The product is sold out in test.");

        var error = await scene.FailureAsync(Written.Paid(Written.Steps("Save"), (emitted, _) => emitted.PlainAsync(0, () => Task.FromException<string>(thrown))), "hello", "local");

        Assert.Same(thrown, error.InnerException);
    }

    [Fact]
    public async Task An_error_that_cannot_say_what_it_is_is_not_handed_on()
    {
        await using var scene = new Scene();
        var workflow = Written.Paid(Written.Steps("Save"), static (emitted, _) => emitted.PlainAsync(0, static () => Task.FromException<string>(new Mute())));

        var error = await scene.FailureAsync(workflow, "hello", "acme");

        Assert.Equal(WorkflowErrorCodes.StepFailed, error.Code);
        Assert.Contains(nameof(Mute), error.ToString(), StringComparison.Ordinal);
        Assert.IsNotType<Mute>(error.InnerException);
    }

    [Fact]
    public async Task An_error_of_the_step_itself_keeps_its_code_and_gains_its_place()
    {
        await using var scene = new Scene();
        var workflow = Written.Paid(Written.Steps("First", "Check"), static async (emitted, input) =>
        {
            await emitted.PlainAsync(0, () => input);
            return await emitted.PlainAsync(1, static () => Task.FromException<string>(new WorkflowRunException("acme_refused", "Not for this customer.") { Profile = "p" }));
        });

        var error = await scene.FailureAsync(workflow, "hello", "acme");

        Assert.Equal("acme_refused", error.Code);
        Assert.Equal("Not for this customer.", error.Message);
        Assert.Equal("Check", error.Step);
        Assert.Equal("paid", error.Workflow);
        Assert.Equal("p", error.Profile);
        Assert.NotNull(error.RunId);
    }

    [Fact]
    public async Task The_error_of_another_run_is_the_failure_of_the_step_that_called_it()
    {
        await using var scene = new Scene();
        var inner = Written.Plain(Written.Steps("Inner"), static (emitted, _) => emitted.PlainAsync(0, static () => Task.FromException<string>(new InvalidOperationException("no"))));
        var outer = Written.Plain(Written.Steps("Outer"), (emitted, input) => emitted.PlainAsync(0, () => scene.RunAsync(inner, input)));

        var error = await scene.FailureAsync(outer, "hello");

        Assert.Equal(WorkflowErrorCodes.StepFailed, error.Code);
        Assert.Equal("Outer", error.Step);
        Assert.Equal("Inner", Assert.IsType<WorkflowRunException>(error.InnerException).Step);
    }

    [Fact]
    public async Task The_stack_of_a_failure_leads_to_the_step()
    {
        await using var scene = new Scene();
        var workflow = Written.Plain(Written.Steps("Save"), static (emitted, _) => emitted.PlainAsync(0, DeepInsideAsync));

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(workflow, "hello", null, new EventLog()));

        Assert.Contains(nameof(DeepInsideAsync), error.InnerException!.StackTrace, StringComparison.Ordinal);
        Assert.Contains("ExecuteAsync", error.StackTrace, StringComparison.Ordinal);
    }

    private static TestExecutor<Nothing, string, string> Asking() => Written.Paid(Written.Steps("Ask"), static (emitted, input) => emitted.AskAsync(0, input));

    private sealed class Mute : Exception
    {
        public override string Message => throw new NotSupportedException();
    }

    private static async Task<string> DeepInsideAsync()
    {
        await Task.Yield();
        throw new InvalidOperationException("no");
    }
}
