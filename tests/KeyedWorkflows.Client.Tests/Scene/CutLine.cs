using System.Net;
using System.Net.Sockets;

namespace KeyedWorkflows.Client.Tests.Scene;

/// <summary>A line on loopback between a client and the server, that can be down, refuse, and be cut while bytes go over it.</summary>
internal sealed class CutLine : IAsyncDisposable
{
    private readonly Uri target;
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource closing = new();
    private readonly Lock gate = new();
    private readonly List<Socket> open = [];
    private readonly List<Task> work = [];
    private int resets;
    private bool isPaused;
    private bool cutsAtAnswer;

    private CutLine(Uri target, int resets)
    {
        this.target = target;
        this.resets = resets;

        // Bound, and not listening: connections are refused until it is up.
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Address = new UriBuilder(target) { Port = ((IPEndPoint)listener.LocalEndPoint!).Port }.Uri;
    }

    public Uri Address { get; }

    /// <summary>How many connections were taken.</summary>
    public int Connections { get; private set; }

    public static CutLine To(Uri target, int resets = 0)
    {
        var line = new CutLine(target, resets);
        line.Up();
        return line;
    }

    public static CutLine Down(Uri target) => new(target, 0);

    public void Up()
    {
        listener.Listen();
        lock (gate)
            work.Add(TakeAsync());
    }

    /// <summary>Resets what connects, until it is resumed.</summary>
    public void Pause()
    {
        lock (gate)
            isPaused = true;
    }

    public void Resume()
    {
        lock (gate)
            isPaused = false;
    }

    /// <summary>Resets the next connection when the server answers over it, and passes nothing of the answer on.</summary>
    public void CutAtAnswer()
    {
        lock (gate)
            cutsAtAnswer = true;
    }

    /// <summary>Resets all that is connected.</summary>
    public void Cut()
    {
        lock (gate)
        {
            foreach (var socket in open)
                Reset(socket);
            open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Dispose();
        Cut();
        Task[] all;
        lock (gate)
            all = [.. work];
        await Task.WhenAll(all);
        closing.Dispose();
    }

    private async Task TakeAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync(closing.Token);
                lock (gate)
                {
                    Connections++;
                    if (isPaused || resets-- > 0)
                    {
                        Reset(client);
                        continue;
                    }
                    open.Add(client);
                    work.Add(JoinAsync(client));
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task JoinAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, target.Port, closing.Token);
            await Task.WhenAny(PumpAsync(client, server, isAnswer: false), PumpAsync(server, client, isAnswer: true));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }
        client.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to, bool isAnswer)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, closing.Token) is > 0 and var count)
            {
                if (isAnswer && TakeCut())
                {
                    Reset(to);
                    return;
                }
                await to.SendAsync(buffer.AsMemory(0, count), closing.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private bool TakeCut()
    {
        lock (gate)
        {
            var cuts = cutsAtAnswer;
            cutsAtAnswer = false;
            return cuts;
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It is over already.
        }
        socket.Dispose();
    }
}
