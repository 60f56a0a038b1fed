using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Server.Tests.Faults;

/// <summary>What was forgotten is said when the host starts.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData(false, false, "Workflow desk needs provider openai for slot main, and the host has none: each of its runs is refused.")]
    [InlineData(true, true, "The server was added and nothing of it is served: call app.MapWorkflows()")]
    public async Task A_host_says_at_its_start_what_was_forgotten(bool hasProvider, bool isUnmapped, string warning)
    {
        var directory = Directory.CreateTempSubdirectory("kw-server-");
        try
        {
            var logs = new LogSink();
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = directory.FullName, EnvironmentName = "Development" });
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            builder.Services.AddRouting();
            builder.Logging.AddProvider(logs);
            var workflows = builder.Services.AddWorkflows().AddSqliteStorage().AddServer();
            if (hasProvider)
                workflows.AddOpenAI();
            await using var app = builder.Build();
            if (!isUnmapped)
                app.MapWorkflows();

            await app.StartAsync(TestContext.Current.CancellationToken);

            Assert.True(logs.Holds(warning), logs.Text);
            Assert.Equal(isUnmapped, logs.Holds("nothing of it is served"));
            Assert.Equal(!hasProvider, logs.Holds("needs provider"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_host_that_lacks_nothing_warns_of_nothing()
    {
        await using var scene = await ServerScene.StartAsync();

        Assert.False(scene.Logs.Holds("needs provider") || scene.Logs.Holds("nothing of it is served"));
    }
}
