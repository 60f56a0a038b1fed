namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>A way on which a key could come out.</summary>
public enum Channel
{
    /// <summary>What loggers are told, at every level.</summary>
    Logs,

    /// <summary>Spans of every source, as an exporter of OpenTelemetry gets them.</summary>
    Traces,

    /// <summary>Measurements of every meter, as an exporter of OpenTelemetry gets them.</summary>
    Metrics,

    /// <summary>What .NET and libraries write to event sources.</summary>
    EventSources,

    /// <summary>What .NET and libraries hand to diagnostic listeners.</summary>
    DiagnosticListeners,

    /// <summary>The text form of what a caller gets.</summary>
    Texts,

    /// <summary>The JSON of what a caller gets, by reflection.</summary>
    Json,

    /// <summary>What a debugger shows of what a caller gets.</summary>
    Debugger,

    /// <summary>Errors, with all inside them and their data.</summary>
    Exceptions,

    /// <summary>A run's events, as its listener is told them.</summary>
    Events,

    /// <summary>What a checkpoint is given to keep.</summary>
    Checkpoints,

    /// <summary>What the model server is sent, but for the headers that carry the key.</summary>
    Requests,

    /// <summary>The store's files: the database with its free pages, its log, and the key ring.</summary>
    Files,
}
