using KeyedWorkflows.Tests.Credentials;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Tests.Models;

/// <summary>A provider's 429 keeps its profile from asking again for as long as it says, and no other.</summary>
public sealed class ProfileCooldownTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task A_profile_that_was_told_to_wait_makes_no_request_until_then_in_any_run()
    {
        await using var scene = new Scene();
        scene.Model.Fails(Limited(Wait)).Answers("late");

        Assert.Equal(Wait, (await RefusedAsync(scene, "acme")).RetryAfter);
        scene.Time.Advance(TimeSpan.FromSeconds(10));
        var error = await RefusedAsync(scene, "acme");
        Assert.Equal((WorkflowErrorCodes.RateLimited, TimeSpan.FromSeconds(30), 1), (error.Code, error.RetryAfter, scene.Model.Requests.Count));

        scene.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("late", await AskAsync(scene, "acme"));
        Assert.Equal(2, scene.Model.Requests.Count);
    }

    [Fact]
    public async Task Other_profiles_other_models_and_keys_given_for_a_run_go_on()
    {
        await using var scene = new Scene();
        scene.Model.Fails(Limited(Wait)).Fails(Limited(Wait)).Answers("a").Answers("b").Answers("c");

        await RefusedAsync(scene, "acme");
        await RefusedAsync(scene, Credential.ApiKey(Profiles.NewKey()));
        Assert.Equal("a", await AskAsync(scene, "house"));
        Assert.Equal("b", await AskAsync(scene, "acme", model: "another"));
        Assert.Equal("c", await AskAsync(scene, Credential.ApiKey(Profiles.NewKey())));
    }

    [Fact]
    public async Task A_call_that_may_wait_so_long_waits_and_succeeds()
    {
        await using var scene = new Scene(static services => services.Configure<ModelCallPolicyOptions>(static options => options.MaxRetries = 2));
        scene.Model.Fails(Limited(TimeSpan.FromSeconds(20))).Answers("first").Answers("second");

        var (one, other) = (AskAsync(scene, "acme"), AskAsync(scene, "acme"));
        for (var second = 0; second < 60 && !(one.IsCompleted && other.IsCompleted); second++)
        {
            scene.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(["first", "second"], new[] { await one, await other }.Order());
        Assert.Equal(3, scene.Model.Requests.Count);
    }

    private static ModelCallException Limited(TimeSpan wait) => new(WorkflowErrorCodes.RateLimited, "come later") { IsTransient = true, StatusCode = 429, RetryAfter = wait };

    private static async Task<WorkflowRunException> RefusedAsync(Scene scene, Credential credential) => await Assert.ThrowsAsync<WorkflowRunException>(() => AskAsync(scene, credential));

    private static Task<string> AskAsync(Scene scene, Credential credential, string? model = null) => scene.RunAsync(
        Written.Paid(Written.Steps("Call"), (emitted, _) => emitted.StepAsync(0, async scope =>
            (await scope.ChatClient(0, model).GetResponseAsync("hello", cancellationToken: scope.CancellationToken)).Text)),
        "x", null, null, credential);
}
