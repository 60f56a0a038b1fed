using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Server.Tests.Security;

namespace KeyedWorkflows.Server.Tests.Faults;

/// <summary>What is the host's fault is told to its caller as that alone, and to its operator in the log.</summary>
public sealed class HostFaultTests
{
    [Fact]
    public async Task A_choice_that_throws_is_found_in_the_log_by_where_it_was_thrown()
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync("acme", "picky");
        var canary = Canary.Word();

        var answer = await client.RunAsync(new() { ["text"] = canary });

        answer.AssertError(500, "internal_server_error");
        var request = answer.Headers.GetValues("X-Request-Id").Single();
        Assert.Contains(scene.Logs.Text.Split("Error Request "), entry => entry.StartsWith(request, StringComparison.Ordinal) && entry.Contains("picky", StringComparison.Ordinal)
            && entry.Contains("step_failed", StringComparison.Ordinal) && entry.Contains(nameof(InvalidTimeZoneException), StringComparison.Ordinal) && entry.Contains(nameof(Picky.ChooseAsync), StringComparison.Ordinal));
        Assert.False(scene.Logs.Holds(canary));
    }

    [Fact]
    public async Task A_service_that_is_missing_is_named_in_the_log()
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync("acme", "needy");

        var answer = await client.RunAsync(new() { ["text"] = "Hello" });

        answer.AssertError(500, "internal_server_error");
        Assert.DoesNotContain(nameof(INeeded), answer.Text, StringComparison.Ordinal);
        Assert.Contains("needy", scene.Logs.Text.Split("Error Request ").Single(static entry => entry.Contains(nameof(INeeded), StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_choice_that_takes_longer_than_the_request_allows_is_the_requests_own_error()
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync("acme", "picky");

        var answer = await client.RunAsync(new() { ["text"] = "wait" }, static body => body["options"] = new JsonObject { ["max_duration_seconds"] = 0.05 });

        answer.AssertError(400, "completion_request_error");
        Assert.Equal(WorkflowErrorCodes.TimeLimitReached, (string?)answer.Json["error_code"]);
    }

    [Theory]
    [InlineData(WorkflowErrorCodes.Stopped)]
    [InlineData(WorkflowErrorCodes.HostStopped)]
    public void A_run_that_was_stopped_before_it_began_may_be_asked_for_again(string code)
    {
        var error = RunErrors.Refused(new WorkflowRunException(code, "It was stopped."));

        Assert.Equal((503, "service_unavailable", code), (error.Status, error.Code, error.ErrorCode));
        Assert.NotNull(error.RetryAfter);
    }
}
