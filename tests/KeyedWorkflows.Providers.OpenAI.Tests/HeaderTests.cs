using System.Net.Http.Headers;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Providers.OpenAI.Tests;

public sealed class HeaderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Key_organisation_project_and_headers_of_the_profile_are_sent()
    {
        await using var scene = await Scene.StartAsync(options => options.UserAgentSuffix = "Acme/2.1");
        var gatewayKey = Scene.NewKey();
        var chat = scene.Chat(organization: "org-acme", project: "proj-acme", headers: new() { ["X-Gateway-Key"] = Secret.From(gatewayKey) });
        await chat.GetResponseAsync("Hi", cancellationToken: Token);
        await foreach (var _ in chat.GetStreamingResponseAsync("Hi", cancellationToken: Token))
        {
        }

        Assert.Equal(2, scene.Server.Requests.Count);
        Assert.All(scene.Server.Requests, request =>
        {
            Assert.Equal("Bearer " + scene.Key, request.Header("Authorization"));
            Assert.Equal(("org-acme", "proj-acme", gatewayKey), (request.Header("OpenAI-Organization"), request.Header("OpenAI-Project"), request.Header("X-Gateway-Key")));
            Assert.Matches(@"^KeyedWorkflows/\d+\.\d+\.\d+\S* Acme/2\.1$", request.Header("User-Agent")!);
        });
    }

    [Fact]
    public async Task Nothing_tells_of_the_machine_or_the_library()
    {
        await using var scene = await Scene.StartAsync();
        await scene.Chat().GetResponseAsync("Hi", cancellationToken: Token);

        var names = scene.Server.Requests.Single().Headers.Select(header => header.Key.ToUpperInvariant());
        Assert.Equal(["ACCEPT", "AUTHORIZATION", "CONTENT-LENGTH", "CONTENT-TYPE", "HOST", "USER-AGENT"], names.Where(name => name != "CONNECTION").Order());
    }

    [Theory]
    [InlineData("https://acme.openai.azure.com")]
    [InlineData("https://acme.openai.azure.com/")]
    [InlineData("https://acme.openai.azure.com/openai/v1")]
    [InlineData("https://ACME.OpenAI.Azure.com/openai/v1/")]
    [InlineData("https://acme.openai.azure.com/openai/deployments/gpt")]
    [InlineData("https://acme.cognitiveservices.azure.com/")]
    [InlineData("https://acme.services.ai.azure.com/api/projects/p")]
    public async Task Azure_is_called_on_its_v1_path_with_its_own_header(string endpoint)
    {
        var transport = CannedTransport.Answering(200, CannedTransport.Completion);
        var chat = transport.Chat(endpoint);
        await chat.GetResponseAsync("Hi", cancellationToken: Token);

        var request = transport.Requests.Single();
        Assert.Equal((new Uri(endpoint).Host, "/openai/v1/chat/completions", ""), (request.RequestUri!.Host, request.RequestUri.AbsolutePath, request.RequestUri.Query));
        Assert.Equal([transport.Key], request.Headers.GetValues("api-key"));
        Assert.Null(request.Headers.Authorization);
        Assert.Equal("azure.ai.openai", chat.GetService<ChatClientMetadata>()!.ProviderName);
    }

    [Theory]
    [InlineData(null, "https://api.openai.com/v1/chat/completions")]
    [InlineData("https://api.openai.com", "https://api.openai.com/v1/chat/completions")]
    [InlineData("https://eu.api.openai.com/v1/", "https://eu.api.openai.com/v1/chat/completions")]
    [InlineData("https://models.example/api/v3", "https://models.example/api/v3/chat/completions")]
    [InlineData("https://openai.azure.com.evil.example/v1", "https://openai.azure.com.evil.example/v1/chat/completions")]
    [InlineData("http://gpu-7:8000/v1", "http://gpu-7:8000/v1/chat/completions")]
    public async Task Everyone_else_gets_the_key_as_bearer(string? endpoint, string address)
    {
        var transport = CannedTransport.Answering(200, CannedTransport.Completion);
        await transport.Chat(endpoint).GetResponseAsync("Hi", cancellationToken: Token);

        var request = transport.Requests.Single();
        Assert.Equal(address, request.RequestUri!.AbsoluteUri);
        Assert.Equal(new AuthenticationHeaderValue("Bearer", transport.Key), request.Headers.Authorization);
        Assert.False(request.Headers.Contains("api-key"));
    }

    [Theory]
    [InlineData("https://user:secret@models.example/v1")]
    [InlineData("https://models.example/v1?api-version=2024-10-21")]
    [InlineData("https://models.example/v1#part")]
    [InlineData("ftp://models.example/v1")]
    [InlineData("file:///etc/passwd")]
    public void An_endpoint_that_is_more_than_an_address_is_refused_without_echo(string endpoint)
    {
        var fault = Assert.Throws<ModelCallException>(() => new CannedTransport(_ => null!).Chat(endpoint));

        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, fault.Code);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("2024", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authorization")]
    [InlineData("api-key")]
    [InlineData("HOST")]
    [InlineData("OpenAI-Organization")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Cookie")]
    [InlineData("X Gateway")]
    [InlineData("X-Gateway\r\nAuthorization")]
    [InlineData("")]
    public async Task A_header_that_is_not_the_profiles_to_set_is_refused(string name)
    {
        await using var scene = await Scene.StartAsync();
        var fault = Assert.Throws<ModelCallException>(() => scene.Chat(headers: new() { [name] = Secret.From(Scene.NewKey()) }));

        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, fault.Code);
    }

    [Theory]
    [InlineData("org\r\nX-Evil: 1")]
    [InlineData("org acme")]
    [InlineData("örg")]
    public async Task An_organisation_or_project_that_would_break_a_header_is_refused(string value)
    {
        await using var scene = await Scene.StartAsync();

        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, Assert.Throws<ModelCallException>(() => scene.Chat(organization: value)).Code);
        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, Assert.Throws<ModelCallException>(() => scene.Chat(project: value)).Code);
    }

    [Fact]
    public void A_profile_without_key_never_takes_one_from_elsewhere()
    {
        OpenAIModelProvider provider = new(new OpenAIOptions());
        ModelClientContext context = new() { Model = "m", Transport = new CannedTransport(_ => null!) };

        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, Assert.Throws<ModelCallException>(() => provider.CreateChatClient(context)).Code);
        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, Assert.Throws<ModelCallException>(() => provider.CreateEmbeddingGenerator(context)).Code);
    }

    [Theory]
    [InlineData("Acme\r\nX-Evil: 1")]
    [InlineData("Acmé")]
    [InlineData("a-suffix-that-is-longer-than-sixty-four-characters-and-so-of-no-use-to-anyone")]
    public void A_user_agent_that_would_break_the_header_is_refused(string suffix) =>
        Assert.Throws<ArgumentException>(() => new OpenAIModelProvider(new OpenAIOptions { UserAgentSuffix = suffix }));
}
