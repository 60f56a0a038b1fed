namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW2005: model clients that a workflow builds by hand, and layers that it may build.</summary>
public sealed class HandBuiltClientAnalyzerTests
{
    /// <summary>Types of providers' packages, by their real names.</summary>
    private const string Providers = """
        namespace OpenAI
        {
            public class OpenAIClient(string key) { public Chat.ChatClient GetChatClient(string model) => new(model, key); }
        }
        namespace OpenAI.Chat { public class ChatClient(string model, string key) { public string Id => model + key; } }
        namespace Azure.AI.OpenAI { public class AzureOpenAIClient(Uri endpoint, string key) : global::OpenAI.OpenAIClient(endpoint + key); }
        namespace Anthropic { public class AnthropicClient { public string? ApiKey { get; init; } } }
        namespace OllamaSharp { public class OllamaApiClient(Uri uri) : Own(uri.ToString()); }
        namespace Microsoft.Extensions.AI
        {
            public static class Adapters
            {
                public static IChatClient AsIChatClient(this global::OpenAI.Chat.ChatClient client) => new Own(client.Id);
                public static IChatClient AsIChatClient(this Anthropic.AnthropicClient client) => new Own("");
            }
        }
        public class Own(string key) : IChatClient
        {
            public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken ct = default) => throw new NotSupportedException(key);
            public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken ct = default) => throw new NotSupportedException();
            public object? GetService(Type type, object? key = null) => null;
            public void Dispose() { }
        }
        public sealed class Layer(IChatClient inner, string name) : DelegatingChatClient(inner) { public string Name => name; }

        """;

    [Theory]
    [InlineData("_ = {|KW2005:new OpenAI.OpenAIClient(key)|};")]
    [InlineData("var made = {|KW2005:new OpenAI.OpenAIClient(key)|}.GetChatClient(\"m\").AsIChatClient(); _ = await made.GetResponseAsync(\"x\");")]
    [InlineData("var made = {|KW2005:new OpenAI.OpenAIClient(key)|}; IChatClient asked = made.GetChatClient(\"m\").AsIChatClient();")]
    [InlineData("using IChatClient made = {|KW2005:new OpenAI.Chat.ChatClient(\"m\", key)|}.AsIChatClient();")]
    [InlineData("_ = {|KW2005:new Azure.AI.OpenAI.AzureOpenAIClient(new(\"https://a.openai.azure.com\"), key)|};")]
    [InlineData("_ = {|KW2005:new Anthropic.AnthropicClient { ApiKey = key }|}.AsIChatClient();")]
    [InlineData("_ = {|KW2005:new OllamaSharp.OllamaApiClient(new(\"http://localhost:11434\"))|};")]
    [InlineData("_ = {|KW2005:new Own(key)|};")]
    [InlineData("IChatClient made = {|KW2005:new Own(key)|}; _ = new Layer(made, \"x\");")]
    [InlineData("_ = new Layer({|KW2005:new Own(key)|}, \"x\");")]
    [InlineData("Func<IChatClient> make = () => {|KW2005:new Own(key)|};")]
    [InlineData("_ = {|KW2005:openai.GetChatClient(\"m\").AsIChatClient()|};")]
    [InlineData("await http.PostAsync({|KW2005:\"https://api.openai.com/v1/chat/completions\"|}, null);")]
    [InlineData("await http.PostAsync({|KW2005:$\"https://api.anthropic.com/v1/messages?{key}\"|}, null);")]
    [InlineData("await http.PostAsync(new Uri({|KW2005:\"https://acme.openai.azure.com/openai/deployments/m/embeddings\"|}), null);")]
    [InlineData("await http.PostAsync({|KW2005:\"https://api.openai.com\" + \"/v1/chat/completions\"|}, null);")]
    [InlineData("const string Host = \"https://api.openai.com\"; await http.PostAsync({|KW2005:$\"{Host}/v1/chat/completions?{key}\"|}, null);")]
    [InlineData("await http.PostAsync({|KW2005:$\"https://{key}.openai.azure.com/openai/deployments/m/chat/completions\"|}, null);")]
    public async Task A_client_that_is_built_by_hand_is_reported(string code) => Assert.Contains("`Flow`", Assert.Single(await Analysis.ExpectAsync(Step(code))), StringComparison.Ordinal);

    [Theory]
    [InlineData("var layer = new Layer(chat, \"x\"); _ = await layer.GetResponseAsync(\"x\");")]
    [InlineData("var mine = chat; _ = new Layer(mine, key);")]
    [InlineData("_ = new Layer(new Layer(chat, \"a\"), \"b\");")]
    [InlineData("_ = new FunctionInvokingChatClient(chat);")]
    [InlineData("_ = new ChatClientBuilder(chat).UseFunctionInvocation().Build();")]
    [InlineData("_ = chat.AsBuilder().Use(inner => new Layer(inner, key)).Build();")]
    [InlineData("_ = new ChatMessage(ChatRole.User, key); _ = new ChatOptions();")]
    [InlineData("using var own = new HttpClient(); own.DefaultRequestHeaders.Add(\"X-Api-Key\", key); await own.GetStringAsync(\"https://crm.example.com/v1/messages\");")]
    [InlineData("await http.GetStringAsync(\"https://api.openai.com/v1/files\");")]
    [InlineData("await http.GetStringAsync(\"https://status.openai.com/\");")]
    [InlineData("var about = \"See https://api.openai.com/v1/chat/completions in the docs\"; _ = about;")]
    [InlineData("await http.GetStringAsync($\"https://{key}/v1/chat/completions\"); await http.GetStringAsync(\"https://api.openai.com\" + \"/v1/files\");")]
    [InlineData("_ = new OpenAI.Reports.OpenAIClient();")]
    public async Task What_pays_by_the_runs_own_client_is_not(string code) => await Analysis.ExpectAsync(Step(code));

    [Fact]
    public async Task Helpers_and_nested_types_of_a_workflow_are_looked_at_and_others_are_not() => await Analysis.ExpectAsync("using System.Net.Http;\n" + Providers + """
        [Workflow("flow")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            private static readonly IChatClient Mine = {|KW2005:new Own("x")|};

            [Step] public Reply Answer(Ticket ticket) => new(Make().ToString() + Mine);

            private static IChatClient Make() => {|KW2005:new Own("y")|};

            private sealed class Inner { public IChatClient Made => {|KW2005:new Own("z")|}; }
        }

        public sealed class Provider
        {
            public IChatClient Make(string key) => new Own(key);

            public OpenAI.OpenAIClient Raw(string key) => new(key);
        }
        """);

    [Fact]
    public async Task A_providers_client_by_the_constructor_is_anothers_payer() => Assert.Contains("provider", Assert.Single(await Analysis.ExpectAsync(Providers + """
        [Workflow("flow")]
        public sealed partial class Flow(OpenAI.OpenAIClient {|KW4003:openai|}) : IWorkflow<Ticket, Reply>
        {
            [Step] public Reply Answer(Ticket ticket) => new(openai.ToString()!);
        }
        """)), StringComparison.Ordinal);

    private static string Step(string code) => "using System.Net.Http;\n" + Providers + $$"""
        namespace OpenAI.Reports { public sealed class OpenAIClient; }

        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow(HttpClient http, Func<OpenAI.OpenAIClient> pool) : IWorkflow<Ticket, Reply>
        {
            [Step]
            public async Task<Reply> Answer(Ticket ticket, IChatClient chat)
            {
                var key = ticket.Question;
                var openai = pool();
                {{code}}
                await Task.Yield();
                return new($"{key}{openai}{http}{chat}");
            }
        }

        """;
}
