using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace KeyedWorkflows.Testing;

/// <summary>
/// An OpenAI-compatible model server on a free loopback port: chat, streams, tools, structured output and embeddings, for the keys it was
/// given alone. It counts by key and answers by rule, script or recording, and can be told to fail. Without any of these it still answers: a
/// fixed text, a value valid for the schema that is asked for, or a vector made from the text's hash. Every member is safe for many threads
/// and while requests are served.
/// </summary>
public sealed class ModelServer : IAsyncDisposable
{
    /// <summary>The header by which a test marks the requests of one of its runs; see <see cref="ModelRequest.TestRun"/>.</summary>
    public const string TestRunHeader = "x-test-run";

    private readonly KestrelServer _kestrel;
    private readonly SocketTransportFactory _transport;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<ModelRequest> _requests = new();
    private readonly HashSet<string> _models;
    private readonly ModelRules _rules = new();
    private ModelAnswer _default = "This is the model server's answer.";
    private AnswerRecorder? _recorder;
    private int _recorded;
    private long _numbers;
    private long _connections;
    private long _refused;
    private int _disposed;

    private ModelServer(ModelServerOptions options)
    {
        Options = options;
        _models = new HashSet<string>(options.Models, StringComparer.Ordinal);
        foreach (var key in options.Keys)
            Keys.Add(key);

        // Kestrel alone, without a host: no configuration, environment variable or logger of the process that runs the tests reaches it.
        KestrelServerOptions kestrel = new() { AddServerHeader = false };
        kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromHours(1);
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection =>
            {
                Interlocked.Increment(ref _connections);
                return next(connection);
            });
        });
        _transport = new SocketTransportFactory(Microsoft.Extensions.Options.Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        _kestrel = new KestrelServer(Microsoft.Extensions.Options.Options.Create(kestrel), _transport, NullLoggerFactory.Instance);
    }

    /// <summary>Where clients send: <c>http://127.0.0.1:port/v1</c>.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>The same models in Azure's shape: <c>http://127.0.0.1:port/openai/v1</c>, where <c>api-key</c> is usual.</summary>
    public Uri AzureEndpoint { get; private set; } = null!;

    /// <summary>The keys that are accepted. All others get OpenAI's 401.</summary>
    public ModelServerKeys Keys { get; } = new();

    /// <summary>
    /// The requests so far, oldest first, as many as <see cref="ModelServerOptions.MaxRecordedRequests"/> allows; empty where
    /// <see cref="ModelServerOptions.RecordRequests"/> is off. A copy.
    /// </summary>
    public IReadOnlyList<ModelRequest> Requests => [.. _requests];

    /// <summary>TCP connections accepted since the start.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>Requests turned away with 401, those without any key included.</summary>
    public long RefusedRequests => Interlocked.Read(ref _refused);

    /// <summary>What was counted for every key that was added or seen. A copy.</summary>
    public IReadOnlyDictionary<string, ModelServerUsage> UsageByKey =>
        Keys.Accounts.ToDictionary(static a => a.Key, static a => a.Usage, StringComparer.Ordinal);

    /// <summary>The sum over all keys.</summary>
    public ModelServerUsage TotalUsage => Keys.Accounts.Aggregate(default(ModelServerUsage), static (sum, account) => sum.Plus(account.Usage));

    internal ModelServerOptions Options { get; }

    internal CancellationToken Stopping => _stopping.Token;

    internal AnswerRecorder? Recorder => Volatile.Read(ref _recorder);

    internal ModelAnswer Default => Volatile.Read(ref _default);

    /// <summary>Starts a server on a free port of 127.0.0.1.</summary>
    /// <param name="configure">Sets its options.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>The server, ready for requests. Dispose it to stop it.</returns>
    public static async Task<ModelServer> StartAsync(Action<ModelServerOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        ModelServerOptions options = new();
        configure?.Invoke(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.EmbeddingDimensions, 1, nameof(options.EmbeddingDimensions));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxRecordedRequests, 1, nameof(options.MaxRecordedRequests));
        ModelServer server = new(options);
        try
        {
            await server._kestrel.StartAsync(new ModelServerApplication(server), cancellationToken).ConfigureAwait(false);
            Uri address = new(server._kestrel.Features.Get<IServerAddressesFeature>()!.Addresses.First());
            server.Endpoint = new Uri(address, "/v1");
            server.AzureEndpoint = new Uri(address, "/openai/v1");
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts a server on a free port of 127.0.0.1 that accepts these keys.</summary>
    /// <param name="keys">The keys.</param>
    /// <returns>The server, ready for requests. Dispose it to stop it.</returns>
    public static Task<ModelServer> StartAsync(params string[] keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return StartAsync(options =>
        {
            foreach (var key in keys)
                options.Keys.Add(key);
        });
    }

    /// <summary>
    /// The tokens that the server counts for a text: one for every four UTF-16 characters begun, whatever the model. A request's prompt is the
    /// sum over its messages (text, and names and arguments of tool calls) or inputs; roles, tools offered and schemas count nothing. An answer
    /// is the sum over its text, refusal, and names and arguments of tool calls.
    /// </summary>
    /// <param name="text">The text.</param>
    public static int CountTokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return (text.Length + 3) / 4;
    }

    /// <summary>What was counted for one key; zeroes where it is unknown.</summary>
    /// <param name="key">The key.</param>
    public ModelServerUsage Usage(string key) => Keys.Find(key)?.Usage ?? default;

    /// <summary>
    /// The answer to chat requests that no rule matches. Where such a request asks for JSON, a text that is no JSON object gives way to a value
    /// valid for the schema asked for: write a rule to answer it otherwise.
    /// </summary>
    /// <param name="answer">The answer; a string is a text.</param>
    /// <returns>This server.</returns>
    public ModelServer Answer(ModelAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        Volatile.Write(ref _default, answer);
        return this;
    }

    /// <summary>Adds a rule after those there are.</summary>
    /// <param name="matches">Which requests it answers. Called for many requests at once; what it throws becomes a 500.</param>
    public ModelRule When(Func<ModelRequest, bool> matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        return _rules.Add(new ModelRule(matches));
    }

    /// <summary>Adds a rule, after those there are, for the requests of one key.</summary>
    /// <param name="key">The key.</param>
    public ModelRule ForKey(string key) => When(static _ => true).ForKey(key);

    /// <summary>Adds answers, after the rules there are, that are given in this order, each once.</summary>
    /// <param name="answers">The answers; a string is a text, a <see cref="ModelServerFault"/> a failure.</param>
    public ModelRule Script(params ModelAnswer[] answers) => When(static _ => true).Script(answers);

    /// <summary>Makes the next requests fail, before any rule is asked.</summary>
    /// <param name="fault">How.</param>
    /// <param name="times">How many requests.</param>
    public ModelRule FailNext(ModelServerFault fault, int times = 1) => _rules.AddFirst(new ModelRule(static _ => true).Times(times).Fail(fault));

    /// <summary>
    /// Adds a rule, after those there are, that answers from a recording what it holds for the request's model and messages (or inputs); other
    /// requests go on to the next rule. Where the recording holds several answers to the same request they are given in order, the last one
    /// again and again.
    /// </summary>
    /// <param name="path">A file that <see cref="RecordTo"/> wrote.</param>
    /// <exception cref="FormatException">A line is not one of a recording; the message names it.</exception>
    public ModelRule Replay(string path) => When(static _ => true).AnswerFrom(Recording.Load(path).Find);

    /// <summary>
    /// Writes every answer that succeeds from now on to a file, one JSON object a line. The request is written as a hash of its model and
    /// messages alone, and every key the server knows is taken out of the answers.
    /// </summary>
    /// <param name="path">The file; it is added to where it exists. Disposing the server closes it.</param>
    public void RecordTo(string path)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        Interlocked.Exchange(ref _recorder, new AnswerRecorder(path, Keys))?.Dispose();
    }

    /// <summary>Drops all rules. The default answer stays.</summary>
    public void ClearRules() => _rules.Clear();

    /// <summary>Forgets the requests that were kept. What was counted stays.</summary>
    public void ClearRequests()
    {
        while (_requests.TryDequeue(out _))
            Interlocked.Decrement(ref _recorded);
    }

    /// <summary>Stops the server at once: requests that are held or delayed lose their connection. May be called again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
        await _kestrel.StopAsync(patience.Token).ConfigureAwait(false);
        _kestrel.Dispose();
        Interlocked.Exchange(ref _recorder, null)?.Dispose();
        _stopping.Dispose();
    }

    internal long NextNumber() => Interlocked.Increment(ref _numbers);

    internal void CountRefusal() => Interlocked.Increment(ref _refused);

    internal bool Knows(string model) => _models.Count == 0 || _models.Contains(model);

    internal IReadOnlyCollection<string> Models => _models;

    internal void Record(ModelRequest request)
    {
        if (!Options.RecordRequests)
            return;
        _requests.Enqueue(request);
        if (Interlocked.Increment(ref _recorded) > Options.MaxRecordedRequests && _requests.TryDequeue(out _))
            Interlocked.Decrement(ref _recorded);
    }

    /// <summary>What a rule answers; null where none matches.</summary>
    internal ModelAnswer? AnswerByRule(ModelRequest request) => _rules.Answer(request);
}
