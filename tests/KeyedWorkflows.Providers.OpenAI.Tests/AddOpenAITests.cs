using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Providers.OpenAI.Tests;

public sealed class AddOpenAITests
{
    [Fact]
    public async Task The_family_is_added_under_its_name_with_its_options()
    {
        await using var server = await ModelServer.StartAsync("any");
        using ModelTransport transport = new();
        var provider = Provider(WorkflowsBuilder.For(new ServiceCollection()).AddOpenAI(options => options.UserAgentSuffix = "Acme/2.1"));
        var chat = provider.CreateChatClient(new ModelClientContext { Model = "m", ApiKey = Secret.From("any"), Endpoint = server.Endpoint, Transport = transport });
        await chat.GetResponseAsync("Hi", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(("openai", false), (provider.Name, provider.IsScripted));
        Assert.EndsWith(" Acme/2.1", server.Requests.Single().Header("User-Agent"), StringComparison.Ordinal);
    }

    [Fact]
    public void Added_twice_it_is_there_once()
    {
        Assert.NotNull(Provider(WorkflowsBuilder.For(new ServiceCollection()).AddOpenAI().AddOpenAI()));
    }

    [Fact]
    public void An_option_out_of_its_range_is_refused_when_it_is_set() =>
        Assert.Throws<ArgumentException>(() => WorkflowsBuilder.For(new ServiceCollection()).AddOpenAI(options => options.NetworkTimeout = TimeSpan.Zero));

    private static IModelProvider Provider(WorkflowsBuilder builder) =>
        (IModelProvider)builder.Services.Single(service => service.ServiceType == typeof(IModelProvider)).ImplementationInstance!;
}
