using KeyedWorkflows.Runtime;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Prompts;

/// <summary>A model client without a run, as a unit test of a prompt has one.</summary>
internal static class Chat
{
    public static IChatClient Of(FakeModel model) => model.CreateChatClient(new ModelClientContext { Model = "model-1", Transport = new NoTransport() });

    public static List<ChatMessage> Hello() => [new(ChatRole.User, "hello")];

    public static async Task<ModelCallException> FailureAsync(Func<Task> call, string code)
    {
        var error = await Assert.ThrowsAsync<ModelCallException>(call);
        Assert.Equal(code, error.Code);
        return error;
    }

    public static async Task<List<string>> ListAsync(IAsyncEnumerable<string> pieces)
    {
        List<string> all = [];
        await foreach (var piece in pieces)
            all.Add(piece);
        return all;
    }

    /// <summary>A tool that does what the test says, as the generator would emit it.</summary>
    public static PromptTool Tool(string name, Func<string, ValueTask<object?>> method) => new OneArgument(name, method);

    private sealed class OneArgument(string name, Func<string, ValueTask<object?>> method)
        : PromptTool(new ToolSignature(name, "A tool.", static () => WorkflowJson.Reflection, new ToolParameter("id", typeof(string), "The id.", true, null)))
    {
        protected override async ValueTask<object?> CallAsync(AIFunctionArguments arguments, CancellationToken ct) => await method(Argument<string>(arguments, 0));
    }

    private sealed class NoTransport : IModelTransport
    {
        public HttpClient ClientFor(Uri endpoint) => throw new InvalidOperationException("No network.");
    }
}
