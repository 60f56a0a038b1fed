using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Benchmarks.Serving;

/// <summary>The server as a user sets it up: SQLite, a token pinned to each client, history as by default.</summary>
internal static class ServerProgram
{
    public const string Verb = "serve-server";

    /// <param name="isFair">Whether the first client has the limits of a storm, and all have some.</param>
    public static async Task<int> RunAsync(bool isFair)
    {
        var input = SubjectInput.Read();
        var directory = Directory.CreateTempSubdirectory("kw-serving-");
        try
        {
            // The store lies outside of the content root, as in production: .NET watches that for changed settings, and would look at each write.
            var content = directory.CreateSubdirectory("content");
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = content.FullName, EnvironmentName = "Production" });
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Services.AddWorkflows().AddOpenAI(options => options.Endpoint = input.Models).AddSqliteStorage(options =>
            {
                options.DatabasePath = Path.Combine(directory.FullName, "database", "workflows.db");
                options.KeyRingPath = Path.Combine(directory.FullName, "ring");
                options.AllowUnprotectedKeyRing = true;
            }).AddServer();
            await using var app = builder.Build();
            app.MapWorkflows();
            await app.StartAsync();
            Console.WriteLine(app.Urls.First());
            foreach (var profile in input.Profiles)
            {
                await app.Services.GetRequiredService<ProfileAdministration>().CreateAsync(new() { Name = profile.Name, Tenant = profile.Name, Provider = "openai", ApiKey = Secret.From(profile.Key), Limits = isFair ? new() { RequestsPerMinute = 100_000, TokensPerMinute = 100_000_000, Day = new() { Tokens = 10_000_000_000 } } : null });
                var token = await app.Services.GetRequiredService<TokenAdministration>().CreateAsync(new() { Name = profile.Name, PinnedTenant = profile.Name, Workflows = ["answer-question", "stream-answer", "hold"], RequestsPerMinute = isFair ? FairnessProgram.StormMayAskPerMinute : null });
                Console.WriteLine(token.Value.Reveal());
            }
            await SubjectInput.EndedAsync();
            await app.StopAsync();
            return 0;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
