using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Providers.OpenAI.Tests;

public sealed class AddOpenAITests
{
    [Fact]
    public async Task The_family_is_added_under_its_name_with_its_options()
    {
        var key = Scene.NewKey();
        await using var server = await ModelServer.StartAsync(key);
        using ModelTransport transport = new();
        var provider = Provider(WorkflowsBuilder.For(new ServiceCollection()).AddOpenAI(options => options.UserAgentSuffix = "Acme/2.1"));
        var chat = provider.CreateChatClient(new ModelClientContext { Model = "m", ApiKey = Secret.From(key), Endpoint = server.Endpoint, Transport = transport });
        await chat.GetResponseAsync("Hi", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(("openai", false), (provider.Name, provider.IsScripted));
        Assert.EndsWith(" Acme/2.1", server.Requests.Single().Header("User-Agent"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_without_endpoint_goes_to_the_familys_and_one_with_its_own_to_that()
    {
        var key = Scene.NewKey();
        await using var family = await ModelServer.StartAsync(key);
        await using var own = await ModelServer.StartAsync(key);
        using ModelTransport transport = new();
        var provider = Provider(WorkflowsBuilder.For(new ServiceCollection()).AddOpenAI(options => options.Endpoint = family.Endpoint));

        foreach (var endpoint in new[] { null, own.Endpoint, null })
        {
            var chat = provider.CreateChatClient(new ModelClientContext { Model = "m", ApiKey = Secret.From(key), Endpoint = endpoint, Transport = transport });
            await chat.GetResponseAsync("Hi", cancellationToken: TestContext.Current.CancellationToken);
        }

        Assert.Equal((2, 1), (family.Requests.Count, own.Requests.Count));
    }

    [Theory]
    [InlineData("/version-1")]
    [InlineData("ftp://models.example/v1")]
    [InlineData("https://someone:word@models.example/v1")]
    [InlineData("https://models.example/v1?api-version=1")]
    public void A_default_endpoint_that_is_more_or_less_than_an_address_is_refused_without_echo(string endpoint)
    {
        var refused = Assert.Throws<ArgumentException>(
            () => WorkflowsBuilder.For(new ServiceCollection()).AddOpenAI(options => options.Endpoint = new Uri(endpoint, UriKind.RelativeOrAbsolute)));

        Assert.StartsWith("OpenAIOptions.Endpoint: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(endpoint, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Added_twice_it_is_there_once()
    {
        Assert.NotNull(Provider(WorkflowsBuilder.For(new ServiceCollection()).AddOpenAI().AddOpenAI()));
    }

    [Fact]
    public void An_option_out_of_its_range_is_refused_when_it_is_set() =>
        Assert.Throws<ArgumentException>(() => WorkflowsBuilder.For(new ServiceCollection()).AddOpenAI(options => options.UserAgentSuffix = "a\nb"));

    private static IModelProvider Provider(WorkflowsBuilder builder) =>
        (IModelProvider)builder.Services.Single(service => service.ServiceType == typeof(IModelProvider)).ImplementationInstance!;
}
