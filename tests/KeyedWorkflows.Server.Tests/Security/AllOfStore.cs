using System.Text;
using KeyedWorkflows.Server.Tests.Scene;
using Microsoft.Data.Sqlite;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>All that lies in a host's store: each file's bytes as they are, after a checkpoint too, and every cell of every table.</summary>
internal static class AllOfStore
{
    public static async Task<string> ReadAsync(ServerScene scene)
    {
        var text = new StringBuilder();
        foreach (var file in Files(scene))
            text.Append(Latin(file));
        foreach (var file in Files(scene).Where(static file => file.EndsWith(".db", StringComparison.Ordinal) || file.EndsWith("-runs", StringComparison.Ordinal)))
            await DumpAsync(file, text);
        foreach (var file in Files(scene))
            text.Append(Latin(file));
        return text.ToString();
    }

    private static string[] Files(ServerScene scene) => [.. Directory.GetFiles(scene.Directory, "*", SearchOption.AllDirectories).Where(static file => !file.EndsWith(".lock", StringComparison.Ordinal))];

    private static string Latin(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Encoding.Latin1.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static async Task DumpAsync(string file, StringBuilder text)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync();
        List<string> tables = [];
        await using (var list = connection.CreateCommand())
        {
            list.CommandText = "PRAGMA wal_checkpoint(TRUNCATE); SELECT name FROM sqlite_master WHERE type = 'table'";
            await using var reader = await list.ExecuteReaderAsync();
            do
            {
                while (await reader.ReadAsync())
                {
                    if (reader.FieldCount == 1)
                        tables.Add(reader.GetString(0));
                }
            }
            while (await reader.NextResultAsync());
        }
        foreach (var table in tables)
        {
            await using var all = connection.CreateCommand();
            all.CommandText = $"SELECT * FROM \"{table}\"";
            await using var reader = await all.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                for (var i = 0; i < reader.FieldCount; i++)
                    text.Append('\n').Append(reader.GetValue(i) is byte[] bytes ? Encoding.Latin1.GetString(bytes) : Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture));
            }
        }
    }
}
