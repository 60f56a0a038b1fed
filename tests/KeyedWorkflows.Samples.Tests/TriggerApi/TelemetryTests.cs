using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace KeyedWorkflows.Samples.Tests.TriggerApi;

/// <summary>The sample's traces and metrics, as a collector on loopback receives them.</summary>
public sealed class TelemetryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_collector_receives_run_step_and_call_with_the_profiles_name_and_no_key()
    {
        using var scratch = new ScratchFolder();
        var seed = scratch.PathOf("seed.json");
        using var collector = new Collector();
        await using (var host = await HostProcess.StartAsync([("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")], "--seed-file", seed))
        {
            var told = HostProcess.ReadSeed(seed);
            using var http = new HttpClient { BaseAddress = host.Address };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)told["broad"]!["token"]!);
            using var answer = await http.PostAsJsonAsync("workflows/run", new { inputs = new { question = "Where is my order?" }, user = "ada", credential_profile = "bluebird_openai" }, Ct);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

            // What is not yet sent is sent when the host stops.
            Assert.Equal(0, await host.StopAsync());
            var (traces, metrics) = (collector.Received("/v1/traces"), collector.Received("/v1/metrics"));
            foreach (var expected in (string[])["support-reply", "Draft", "gpt-4o-mini", "bluebird_openai", "KeyedWorkflows"])
                Assert.Contains(expected, traces, StringComparison.Ordinal);
            foreach (var expected in (string[])["keyedworkflows.model.tokens", "keyedworkflows.runs", "bluebird_openai"])
                Assert.Contains(expected, metrics, StringComparison.Ordinal);
            foreach (var secret in told["clients"]!.AsArray().Select(static client => (string)client!["token"]!).Append((string)told["broad"]!["token"]!).Append((string)told["broad"]!["api_key"]!))
                Assert.DoesNotContain(secret, traces + metrics, StringComparison.Ordinal);
        }
    }

    /// <summary>Takes in whatever it is sent.</summary>
    private sealed class Collector : IDisposable
    {
        private readonly HttpListener listener = new();
        private readonly Dictionary<string, StringBuilder> received = [];
        private readonly Task loop;

        public Collector()
        {
            // A port that is free now: a listener of HTTP takes no port of its own choice.
            using (var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
            }
            listener.Prefixes.Add(Address + "/");
            listener.Start();
            loop = Task.Run(ServeAsync);
        }

        public string Address { get; }

        public string Received(string path)
        {
            lock (received)
                return received.TryGetValue(path, out var text) ? text.ToString() : "";
        }

        public void Dispose()
        {
            listener.Stop();
            loop.GetAwaiter().GetResult();
            listener.Close();
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                HttpListenerContext context;
                try
                {
                    context = await listener.GetContextAsync();
                }
                catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                lock (received)
                {
                    if (!received.TryGetValue(context.Request.Url!.AbsolutePath, out var text))
                        received.Add(context.Request.Url.AbsolutePath, text = new());
                    text.Append(Encoding.Latin1.GetString(body.ToArray()));
                }
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
        }
    }
}
