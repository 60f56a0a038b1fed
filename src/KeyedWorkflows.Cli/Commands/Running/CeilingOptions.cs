using System.CommandLine;
using System.Text.Json.Nodes;

namespace KeyedWorkflows.Cli.Commands.Running;

/// <summary>What a run may use at most, and how long it waits for its turn where a limit is reached: <c>options</c> of the API.</summary>
internal sealed class CeilingOptions
{
    /// <summary>Long enough for a limit of requests in a minute: a row that it refuses in the middle is half paid for.</summary>
    private const double WaitOfBatch = 60;

    private const double SecondsOfDay = 24 * 60 * 60;

    private readonly Option<double?> wait = new("--max-wait") { Description = "How many seconds the run waits for its turn where a limit is reached, at most a day. Left out: not at all, and 60 for each row of CSV; 0 waits not at all.", HelpName = "SECONDS" };
    private readonly Option<double?> duration = new("--max-duration") { Description = "How many seconds the run may take; then it is ended.", HelpName = "SECONDS" };
    private readonly Option<long?> tokens = new("--max-tokens") { Description = "How many tokens the run may use, in and out together.", HelpName = "N" };
    private readonly Option<int?> calls = new("--max-calls") { Description = "How many model calls the run may make.", HelpName = "N" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[wait, duration, tokens, calls])
            command.Options.Add(option);
    }

    /// <returns>As the API takes them; null where there are none.</returns>
    public JsonObject? Read(Invocation call, bool isBatch)
    {
        if (call.Get(wait) is not (null or (>= 0 and <= SecondsOfDay)))
            throw CommandFault.Usage("--max-wait is 0 to 86400 seconds.");
        if (call.Get(duration) is not (null or (> 0 and < 1e9)))
            throw CommandFault.Usage("--max-duration is a number of seconds above 0.");
        if (call.Get(tokens) < 0 || call.Get(calls) < 0)
            throw CommandFault.Usage("--max-tokens and --max-calls are whole numbers that are not negative.");
        var options = new JsonObject();
        if ((call.Get(wait) ?? (isBatch ? WaitOfBatch : 0)) is > 0 and var seconds)
            options["max_wait_seconds"] = seconds;
        if (call.Get(duration) is { } most)
            options["max_duration_seconds"] = most;
        if (call.Get(tokens) is { } mostTokens)
            options["max_tokens"] = mostTokens;
        if (call.Get(calls) is { } mostCalls)
            options["max_calls"] = mostCalls;
        return options.Count == 0 ? null : options;
    }
}
