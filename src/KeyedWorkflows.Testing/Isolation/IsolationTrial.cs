using System.Collections.Concurrent;
using System.Text.Json;
using KeyedWorkflows.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace KeyedWorkflows.Testing;

/// <summary>One proof: a host with the workflow, a model server that checks what arrives, and the runs.</summary>
internal sealed class IsolationTrial : IAsyncDisposable
{
    /// <summary>Two in a row still leave the policy a try.</summary>
    private const int FaultsPerRun = 2;

    private readonly WorkflowDefinition _workflow;
    private readonly IsolationOptions _options;
    private readonly RunMark _marks = new();
    private readonly IsolationLedger _ledger;
    private readonly IsolationFaults _faults;
    private readonly ModelServer _server;
    private readonly IsolationProfiles _profiles;
    private readonly ServiceProvider _services;
    private readonly WorkflowTransport _transport;
    private readonly Func<IsolationRun, object> _input;
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private string? _firstFailure;
    private int _next = -1;
    private int _succeeded;
    private int _ownKeys;
    private int _underWay;
    private int _mostAtOnce;

    private IsolationTrial(WorkflowDefinition workflow, IsolationOptions options, RunMark marks, IsolationLedger ledger, ModelServer server)
    {
        (_workflow, _options, _marks, _ledger, _server) = (workflow, options, marks, ledger, server);
        _input = options.Input ?? IsolationInputs.For(workflow);
        _faults = new IsolationFaults(ledger, options.FaultShare, options.Seed);
        _profiles = new IsolationProfiles(workflow, options, ledger, server);
        options.Server?.Invoke(server);
        server.When(static _ => true).AnswerFrom(_faults.Answer);
        _services = CreateServices();
        _transport = _services.GetRequiredService<WorkflowTransport>();
    }

    public static async Task<IsolationTrial> StartAsync(WorkflowDefinition workflow, IsolationOptions options, CancellationToken cancellationToken)
    {
        RunMark marks = new();
        IsolationLedger ledger = new(marks, options.Runs);
        var server = await ModelServer.StartAsync(
            given =>
            {
                given.RecordRequests = false;
                given.OnRequest = ledger.Check;
            },
            cancellationToken).ConfigureAwait(false);
        try
        {
            return new IsolationTrial(workflow, options, marks, ledger, server);
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<IsolationResult> RunAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Enumerable.Range(0, Math.Min(_options.Concurrency, _options.Runs)).Select(_ => Task.Run(() => WorkAsync(cancellationToken), cancellationToken))).ConfigureAwait(false);
        return new IsolationResult
        {
            Workflow = _workflow.Name,
            Runs = _options.Runs,
            Succeeded = _succeeded,
            Failures = _failures,
            FirstFailure = _firstFailure,
            RunsWithOwnKey = _ownKeys,
            MostAtOnce = _mostAtOnce,
            Requests = _ledger.Requests,
            MarkedRequests = _ledger.MarkedRequests,
            Keys = _ledger.KeysUsed,
            Faults = _faults.Count,
            Rotations = _profiles.Rotations,
            Connections = _server.Connections,
            LeakCounts = _ledger.LeakCounts,
            Leaks = _ledger.Leaks,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (Interlocked.Increment(ref _next) is var number && number < _options.Runs)
        {
            RotateAt(number);
            var payer = PayerOf(number);
            IsolationRun run = new(number, _marks.Of(number), payer) { FirstGeneration = payer.Generation, FaultsLeft = FaultsPerRun };
            _ledger.Begin(run);
            NoteMost(Interlocked.Increment(ref _underWay));
            await RunOneAsync(run, cancellationToken).ConfigureAwait(false);
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task RunOneAsync(IsolationRun run, CancellationToken cancellationToken)
    {
        // From here on the mark goes wherever the run's own code goes, and ends with this method.
        RunMark.Current = run.Marker;
        try
        {
            var credentials = _options.CredentialInCall ? _profiles.CredentialsOf(run.Payer) : RunCredentials.None;
            var output = await _workflow.RunAsync(_transport, InputOf(run), credentials, null, cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref _succeeded);
            _ledger.CheckOutput(run, TextOf(output));
        }
        catch (WorkflowRunException error)
        {
            _failures.AddOrUpdate(error.Code, 1, static (_, count) => count + 1);
            Interlocked.CompareExchange(ref _firstFailure, error.Message, null);
            if (error.Code == WorkflowErrorCodes.StepContract && error.Message.Contains(StepAccount.KeptClientCure, StringComparison.Ordinal))
                _ledger.Note(IsolationLeakKind.KeptClient, run, $"Run {run.Number} ({run.Payer.Name}): {error.Message}");
        }
    }

    private object InputOf(IsolationRun run)
    {
        var input = _input(run);
        return _workflow.InputType.IsInstanceOfType(input)
            ? input
            : throw new ArgumentException($"IsolationOptions.Input made {input?.GetType().ToString() ?? "null"}, and the workflow '{_workflow.Name}' takes {_workflow.InputType}.");
    }

    private string TextOf(object? output)
    {
        try
        {
            return output as string ?? JsonSerializer.Serialize(output, _workflow.Json.GetTypeInfo(_workflow.OutputType));
        }
        catch (Exception error) when (error is NotSupportedException or JsonException or InvalidOperationException)
        {
            return output?.ToString() ?? "";
        }
    }

    private IsolationPayer PayerOf(int number)
    {
        // Spread evenly over the runs, whatever the share.
        var ownBefore = (int)Math.Floor(number * _options.OwnKeyShare);
        if (Math.Floor((number + 1) * _options.OwnKeyShare) <= ownBefore)
            return _profiles.Payers[(number - ownBefore) % _profiles.Payers.Count];
        Interlocked.Increment(ref _ownKeys);
        return _profiles.OwnKey(number);
    }

    private void RotateAt(int number)
    {
        var before = (long)number * _options.Rotations / _options.Runs;
        for (var due = (long)(number + 1) * _options.Rotations / _options.Runs; due > before; due--)
            _profiles.RotateNext();
    }

    private void NoteMost(int underWay)
    {
        for (var most = Volatile.Read(ref _mostAtOnce); underWay > most; most = Volatile.Read(ref _mostAtOnce))
            Interlocked.CompareExchange(ref _mostAtOnce, underWay, most);
    }

    private ServiceProvider CreateServices()
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.Configure<ModelCallPolicyOptions>(static policy => policy.FirstDelay = TimeSpan.FromMilliseconds(1));
        var builder = WorkflowsBuilder.For(services).AddProfileStore(_profiles.Store);
        _options.Configure?.Invoke(builder);
        services.Replace(ServiceDescriptor.Singleton(static _ => new ModelTransports(new ModelTransport(new RunMarkHandler(ModelTransport.CreateConnections())))));
        var families = _profiles.Families.Concat(_workflow.Slots.SelectMany(static slot => slot.Providers)).Distinct(StringComparer.OrdinalIgnoreCase).DefaultIfEmpty("openai").ToArray();
        foreach (var family in families)
        {
            var present = services.FirstOrDefault(service => service.ServiceType == typeof(IModelProvider) && (service.ImplementationInstance as IModelProvider)?.Name == family);
            if (present is not null && family == _options.Provider)
                continue;
            if (present is not null)
                services.Remove(present);
            builder.AddProvider(new LoopbackFamily(family, _server.Endpoint));
        }
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }
}
