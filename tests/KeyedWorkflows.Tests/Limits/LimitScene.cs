using KeyedWorkflows.Tests.Credentials;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Tests.Limits;

/// <summary>Hosts with a limited profile. FakeModel answers each call with 15 tokens; a call of "hello" holds back 24 tokens of input, and 10 of an answer.</summary>
internal static class LimitScene
{
    public const int Used = 15;
    public const int Held = 34;

    /// <summary>A host with the profile <c>limited</c>, whose calls are booked in memory.</summary>
    public static Scene Of(MemoryBooks books, UsageLimits? limits, Action<IServiceCollection>? more = null, int? runs = null) => new(services =>
    {
        services.AddSingleton<IUsageBooks>(all =>
        {
            books.Clock = all.GetService<TimeProvider>();
            return books;
        });
        services.Configure<UsageLimitOptions>(static options => options.AssumedAnswerTokens = 10);
        WorkflowsBuilder.For(services).AddProfile(Profiles.Of("limited", "acme", "fake") with { Limits = limits, ConcurrentRuns = runs });
        more?.Invoke(services);
    });

    public static async Task AdvanceUntilAsync(Scene scene, Task run)
    {
        for (var second = 0; second < 200 && !run.IsCompleted; second++)
        {
            scene.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    public static ChatResponse Answer(long input, long output) => new(new ChatMessage(ChatRole.Assistant, "an answer"))
    {
        Usage = new() { InputTokenCount = input, OutputTokenCount = output },
    };

    /// <summary>A call that is made, and whose answer a test holds back, fails here and hangs nobody.</summary>
    public static async Task<WorkflowRunException> RefusedAsync(Scene scene, string profile = "limited") =>
        await Assert.ThrowsAsync<WorkflowRunException>(() => AskAsync(scene, profile).WaitAsync(TimeSpan.FromSeconds(30), Scene.Ct));

    public static Task<string> AskAsync(Scene scene, string profile = "limited") => scene.RunAsync(Asking(), "x", profile);

    public static KeyedWorkflows.Runtime.WorkflowDefinition<string, string> Asking() => Written.Paid(Written.Steps("Call"), (emitted, _) => emitted.StepAsync(0, async scope =>
        (await scope.ChatClient(0).GetResponseAsync("hello", cancellationToken: scope.CancellationToken)).Text));
}
