using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using KeyedWorkflows.Benchmarks.Load;

namespace KeyedWorkflows.Benchmarks.Serving;

/// <summary>A server in a process of its own, and how it is asked.</summary>
internal sealed class ServedSubject : IAsyncDisposable
{
    private readonly Process process;
    private readonly Func<int, bool, HttpRequestMessage> ask;

    private Uri? address;
    private string? token;

    private ServedSubject(string name, Process process, Func<int, bool, HttpRequestMessage> ask)
    {
        Name = name;
        this.process = process;
        this.ask = ask;
    }

    public string Name { get; }

    public HttpRequestMessage Ask(int number, bool streams) => ask(number, streams);

    public double MegaBytes()
    {
        process.Refresh();
        return process.WorkingSet64 / 1024.0 / 1024.0;
    }

    public TimeSpan ProcessorTime()
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    public static async Task<ServedSubject> StartBareAsync(Uri models, LoadProfile[] profiles)
    {
        var (process, lines) = await StartAsync([BareProgram.Verb], models, profiles, lines: 1);
        var address = new Uri(lines[0]);
        return new("bare", process, (number, streams) => Post(new Uri(address, streams ? "/stream" : "/run"), null, $$"""{"number":{{number}},"text":"Where is my order?"}"""));
    }

    public static async Task<ServedSubject> StartServerAsync(Uri models, LoadProfile[] profiles, string? set = null)
    {
        var (process, lines) = await StartAsync(set is null ? [ServerProgram.Verb] : [ServerProgram.Verb, set], models, profiles, lines: 1 + profiles.Length);
        var address = new Uri(lines[0] + "/v1/workflows/");
        return new("server", process, (number, streams) => Post(
            new Uri(address, streams ? "stream-answer/run" : "answer-question/run"), lines[1 + number % profiles.Length],
            $$"""{"inputs":{"number":{{number}},"text":"Where is my order?"},"user":"someone","response_mode":"{{(streams ? "streaming" : "blocking")}}"}"""))
        {
            address = new Uri(lines[0]),
            token = lines[1],
        };
    }

    /// <summary>A run of the server's that lasts.</summary>
    public HttpRequestMessage Hold(int seconds) => Post(new Uri(address!, "/v1/workflows/hold/run"), token, $$"""{"inputs":{"seconds":{{seconds}}},"user":"someone","response_mode":"async"}""");

    /// <summary>The events of a run of the server's.</summary>
    public HttpRequestMessage Follow(string runId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address!, $"/v1/workflow/{runId}/events?user=someone"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    /// <summary>The gateway that is installed in a folder: it takes the provider, its address and the key of each call from the headers.</summary>
    public static async Task<ServedSubject> StartGatewayAsync(string folder, Uri models, LoadProfile[] profiles)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("node", [Path.Combine(folder, "node_modules/@portkey-ai/gateway/build/start-server.js"), $"--port={port}", "--headless"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NODE_ENV"] = "production";
        start.Environment["TRUSTED_CUSTOM_HOSTS"] = "127.0.0.1,localhost";
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await AnswersAsync(port);
        var address = new Uri($"http://127.0.0.1:{port}/v1/chat/completions");
        return new("gateway", process, (number, streams) =>
        {
            var request = Post(address, profiles[number % profiles.Length].Key, $$"""
                {"model":"gpt-4o-mini","stream":{{(streams ? "true" : "false")}},"messages":[{"role":"system","content":"You are a support agent. Be brief."},{"role":"user","content":"Question {{number}}: Where is my order?"}]}
                """);
            request.Headers.Add("x-portkey-provider", "openai");
            request.Headers.Add("x-portkey-custom-host", models.AbsoluteUri.TrimEnd('/'));
            return request;
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (process.StartInfo.RedirectStandardInput)
            process.StandardInput.Close();
        else
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<(Process Process, string[] Lines)> StartAsync(string[] arguments, Uri models, LoadProfile[] profiles, int lines)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await process.StandardInput.WriteLineAsync(models.AbsoluteUri);
        foreach (var profile in profiles)
            await process.StandardInput.WriteLineAsync($"{profile.Name} {profile.Key}");
        await process.StandardInput.WriteLineAsync();
        var read = new string[lines];
        for (var i = 0; i < lines; i++)
            read[i] = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"'{arguments[0]}' did not start.");
        return (process, read);
    }

    private static HttpRequestMessage Post(Uri address, string? token, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task AnswersAsync(int port)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(System.Net.IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(100);
            }
        }
        throw new InvalidOperationException("The gateway did not start.");
    }
}
