using System.Text;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>Runs as a host reports them.</summary>
internal static class ARun
{
    public static readonly DateTimeOffset Noon = new(2026, 12, 5, 12, 0, 0, TimeSpan.Zero);

    public static string NewId() => Guid.NewGuid().ToString("N");

    public static RunStart Start(string token = "token-a", string? id = null, string? user = "user-1", string workflow = "ask", string inputs = """{"text":"hello"}""", DateTimeOffset? at = null, string? callback = null) => new()
    {
        Id = id ?? NewId(),
        Workflow = workflow,
        Version = "1",
        Fingerprint = "graph-1",
        TokenId = token,
        Tenant = "acme",
        EndUser = user,
        CreatedAt = at ?? Noon,
        Capture = CaptureLevel.Full,
        Inputs = Utf8(inputs),
        Bindings = Utf8("[]"),
        Labels = Utf8("""{"team":"blue"}"""),
        TotalSteps = 3,
        CallbackUrl = callback,
    };

    public static RunStep Step(int number) => new()
    {
        Number = number,
        Step = "Answer",
        Element = number == 1 ? 0 : null,
        Attempt = 1,
        Status = "succeeded",
        Output = Utf8("\"answer\""),
        Usage = new(1, 10, 5, 2, 1),
        StartedAt = Noon.AddSeconds(number),
        Duration = TimeSpan.FromMilliseconds(250),
    };

    public static RunModelCall Call(int number) => new()
    {
        Number = number,
        Step = "Answer",
        Attempt = 1,
        Slot = "main",
        ProfileId = "profile-1",
        ProfileName = "acme_openai",
        Tenant = "acme",
        Workflow = "ask",
        TokenId = "token-a",
        EndUser = "user-1",
        Provider = "openai",
        ModelAsked = "model-1",
        ModelAnswered = "model-1-0001",
        InputTokens = 10,
        OutputTokens = 5,
        CachedInputTokens = 2,
        ReasoningTokens = 1,
        FinishReason = "stop",
        ProviderRequestId = "req-" + number,
        PromptHash = new string('a', 64),
        Messages = Utf8("[]"),
        Answer = Utf8("{}"),
        StartedAt = Noon.AddSeconds(number),
        Duration = TimeSpan.FromMilliseconds(200),
    };

    public static ReadOnlyMemory<byte> Frame(int number) => Utf8($$"""{"event":"text","number":{{number}}}""");

    public static RunProgress Progress(string id, int steps = 0, int calls = 0, int firstFrame = 0, int frames = 0) => new()
    {
        Id = id,
        Steps = [.. Enumerable.Range(0, steps).Select(Step)],
        Calls = [.. Enumerable.Range(0, calls).Select(Call)],
        FirstFrame = firstFrame,
        Frames = [.. Enumerable.Range(firstFrame, frames).Select(Frame)],
    };

    public static RunEnd End(string id, string status = "succeeded", string? outputs = """{"answer":"42"}""", string? error = null, byte[]? callback = null, DateTimeOffset? at = null) => new()
    {
        Id = id,
        Status = status,
        Outputs = outputs is null ? null : Utf8(outputs),
        ErrorCode = error is null ? null : WorkflowErrorCodes.StepFailed,
        Error = error,
        FinishedAt = at ?? Noon.AddMinutes(1),
        Duration = TimeSpan.FromMinutes(1),
        Usage = new(3, 30, 15, 6, 3),
        Exceptions = 1,
        CallbackBody = callback,
    };

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);
}
