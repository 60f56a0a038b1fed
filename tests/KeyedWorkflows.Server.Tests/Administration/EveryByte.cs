using System.Globalization;
using System.Text;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Server.Tests.Security;
using Npgsql;

namespace KeyedWorkflows.Server.Tests.Administration;

/// <summary>All that lies in a scene's store: each byte of each file, and, in PostgreSQL, each cell of each table.</summary>
internal static class EveryByte
{
    public static Task<string> ReadAsync(AdministrationScene scene) => scene.Database is { } database ? ReadAsync(scene.Server, database) : AllOfStore.ReadAsync(scene.Server);

    /// <summary>A store in PostgreSQL.</summary>
    public static async Task<string> ReadAsync(ServerScene scene, string database)
    {
        var text = new StringBuilder();
        await using var source = NpgsqlDataSource.Create(database);
        List<string> tables = [];
        await using (var list = source.CreateCommand("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        await using (var reader = await list.ExecuteReaderAsync(TestContext.Current.CancellationToken))
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
                tables.Add(reader.GetString(0));
        }
        Assert.Contains("runs", tables);
        foreach (var table in tables)
        {
            await using var all = source.CreateCommand($"SELECT * FROM \"{table}\"");
            await using var reader = await all.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                for (var i = 0; i < reader.FieldCount; i++)
                    text.Append('\n').Append(reader.GetValue(i) is byte[] bytes ? Encoding.Latin1.GetString(bytes) : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture));
            }
        }
        foreach (var file in Directory.GetFiles(scene.Directory, "*", SearchOption.AllDirectories))
            text.Append(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)));
        return text.ToString();
    }
}
