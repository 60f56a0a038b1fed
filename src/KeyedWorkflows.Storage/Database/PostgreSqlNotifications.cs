using Npgsql;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Hears of commits from the server, on a connection of its own. Where that breaks, or is refused, it is opened again, and what may have been missed is told once more; meanwhile whoever needs to know asks. Nothing is logged here:
/// whoever asks finds out whether the server is there.
/// </summary>
internal sealed class PostgreSqlNotifications : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly string connectionString;
    private readonly string channel;
    private readonly Action changed;
    private readonly CancellationTokenSource over = new();

    /// <param name="connectionString">Where to.</param>
    /// <param name="channel">What is listened to.</param>
    /// <param name="changed">What is done when something is heard. It does not throw.</param>
    public PostgreSqlNotifications(string connectionString, string channel, Action changed)
    {
        this.connectionString = connectionString;
        this.channel = channel;
        this.changed = changed;
        _ = Task.Run(ListenAsync);
    }

    public void Dispose() => over.Cancel();

    private async Task ListenAsync()
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await ListenOnceAsync().ConfigureAwait(false);
            }
            catch (Exception) when (!over.IsCancellationRequested)
            {
                await Task.Delay(Pause, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception)
            {
                return;
            }
        }
    }

    private async Task ListenOnceAsync()
    {
        var connection = new NpgsqlConnection(connectionString);
        await using (connection.ConfigureAwait(false))
        {
            connection.Notification += (_, _) => changed();
            await connection.OpenAsync(over.Token).ConfigureAwait(false);
#pragma warning disable CA2100 // A constant.
            var listen = new NpgsqlCommand("LISTEN " + channel, connection);
#pragma warning restore CA2100
            await using (listen.ConfigureAwait(false))
                await listen.ExecuteNonQueryAsync(over.Token).ConfigureAwait(false);
            changed();
            while (true)
                await connection.WaitAsync(over.Token).ConfigureAwait(false);
        }
    }
}
