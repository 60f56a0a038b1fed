using System.Diagnostics;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>Subscribes to every diagnostic listener of the process, and keeps the payloads: their text, and that of each of their parts.</summary>
internal sealed class DiagnosticEar : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly Evidence evidence;
    private readonly List<IDisposable> subscriptions = [];

    public DiagnosticEar(Evidence evidence)
    {
        this.evidence = evidence;
        var all = DiagnosticListener.AllListeners.Subscribe(this);
        lock (subscriptions)
            subscriptions.Add(all);
    }

    public void OnNext(DiagnosticListener value)
    {
        var subscription = value.Subscribe(this);
        lock (subscriptions)
            subscriptions.Add(subscription);
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        evidence.Note(Channel.DiagnosticListeners, $"{value.Key}: {value.Value}");
        if (value.Value is null or string)
            return;
        foreach (var property in value.Value.GetType().GetProperties().Where(static property => property.GetIndexParameters().Length == 0))
        {
            try
            {
                evidence.Note(Channel.DiagnosticListeners, $"{value.Key}.{property.Name}: {property.GetValue(value.Value)}");
            }
            catch (System.Reflection.TargetInvocationException)
            {
                // A part that has none to show.
            }
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        lock (subscriptions)
            subscriptions.ForEach(static subscription => subscription.Dispose());
    }
}
