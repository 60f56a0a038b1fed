namespace KeyedWorkflows.Testing;

internal enum FaultKind
{
    Error,
    MaskKey,
    EchoKey,
    ModelNotFound,
    ContentFilter,
    Redirect,
    CutConnection,
    CutStream,
    ErrorInStream,
    NoAnswer,
    Malformed,
    NoChoices,
    Oversized,
}
