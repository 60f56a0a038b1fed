using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Storage.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Administration;

/// <summary>A host that serves its administration, on a store of one kind or the other, and an operator.</summary>
internal sealed class AdministrationScene : IAsyncDisposable
{
    private readonly string? database;

    private AdministrationScene(ServerScene server, OperatorClient admin, string? database)
    {
        Server = server;
        Admin = admin;
        this.database = database;
    }

    public ServerScene Server { get; }

    /// <summary>An operator who may change all.</summary>
    public OperatorClient Admin { get; }

    /// <summary>The connection string of its database in PostgreSQL; null for SQLite.</summary>
    public string? Database => database;

    public AdministratorTokens Administrators => Server.Services.GetRequiredService<AdministratorTokens>();

    /// <summary>Both kinds of stores, for a theory.</summary>
    public static TheoryData<bool> Stores => [false, true];

    public static async Task<AdministrationScene> StartAsync(bool onPostgreSql = false, ServerSceneOptions? options = null)
    {
        options ??= new();
        string? database = null;
        if (onPostgreSql)
        {
            Assert.SkipWhen(PostgreSqlServer.Absence is not null, PostgreSqlServer.Absence ?? "");
            database = PostgreSqlServer.Shared.CreateDatabase();
            options = options with { AddStore = (builder, configure) => builder.AddPostgreSqlStorage(database, configure) };
        }
        var more = options.App;
        var server = await ServerScene.StartAsync(options with
        {
            App = app =>
            {
                more?.Invoke(app);
                app.MapWorkflowsAdministration();
            },
        });
        var made = await server.Services.GetRequiredService<AdministratorTokens>().CreateAsync(new() { Name = "ops" }, TestContext.Current.CancellationToken);
        return new AdministrationScene(server, new OperatorClient(server.Address, made.Value.Reveal()), database);
    }

    /// <summary>An operator of another scope or expiry.</summary>
    public async Task<OperatorClient> AddAsync(AdministratorDraft draft) => Client((await Administrators.CreateAsync(draft, TestContext.Current.CancellationToken)).Value.Reveal());

    /// <summary>Whoever sends this token.</summary>
    public OperatorClient Client(string? token) => new(Server.Address, token);

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await Server.DisposeAsync();
        if (database is not null)
            PostgreSqlServer.Shared.DropDatabase(database);
    }
}
