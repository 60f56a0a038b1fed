using System.Net;
using System.Reflection;
using System.Text;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>What the model server does with the requests of one run.</summary>
/// <param name="Name">For what a failed test says.</param>
/// <param name="Answer">The answer to each request.</param>
public sealed record Play(string Name, Func<ModelRequest, ModelAnswer> Answer)
{
    /// <summary>Answers as they are asked for; the default of the server fits any schema.</summary>
    public static Play Success { get; } = new("success", static _ => ModelAnswer.Text("fine"));

    /// <summary>Every fault of the model server, by reflection: one that is new is played too.</summary>
    public static IReadOnlyList<Play> Faults { get; } =
    [
        .. typeof(ModelServerFault).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(static method => method.ReturnType == typeof(ModelServerFault))
            .SelectMany(static method => ArgumentsOf(method).Select(arguments => FaultOf(method, arguments)))
            .OfType<Play>(),
    ];

    /// <summary>What gateways do with what they were sent: errors that repeat it in any place, whole, in pieces, and encoded.</summary>
    public static IReadOnlyList<Play> Echoes { get; } =
    [
        .. from status in (int[])[401, 429]
           from form in (string[])["all headers", "half", "base64", "hexadecimal", "percent"]
           select Echo(status, form),
    ];

    /// <summary>Answers that never come, or stop coming.</summary>
    public static IReadOnlyList<Play> Slow { get; } =
    [
        new("slow", static _ => ModelAnswer.Text("late") with { Gate = new ModelServerGate() }),
        new("slow in the middle", static _ => ModelAnswer.Stream("one ", "two ") with { Gate = new ModelServerGate(), GateAfterChunks = 1 }),
    ];

    public static IReadOnlyList<Play> All { get; } = [Success, .. Faults, .. Echoes, .. Slow];

    public override string ToString() => Name;

    private static Play Echo(int status, string form) => new($"{status} that repeats {form}", request =>
    {
        var headers = string.Join('\n', request.Headers.Select(static header => header.Value));
        var said = form switch
        {
            "all headers" => headers,
            "half" => request.Key[..(request.Key.Length / 2)],
            "base64" => Convert.ToBase64String(Encoding.UTF8.GetBytes(headers)),
            "hexadecimal" => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(request.Key)),
            _ => WebUtility.UrlEncode(headers),
        };
        return ModelServerFault.Error(status, said, $"The gateway does not take {said}.", said);
    });

    private static Play? FaultOf(MethodInfo method, object?[] arguments)
    {
        try
        {
            var fault = (ModelServerFault)method.Invoke(null, arguments)!;
            return new($"{method.Name}({string.Join(", ", arguments.Select(static argument => argument ?? "null"))})", _ => fault);
        }
        catch (TargetInvocationException refused) when (refused.InnerException is ArgumentException)
        {
            // Not all statuses go with all faults.
            return null;
        }
    }

    private static IEnumerable<object?[]> ArgumentsOf(MethodInfo method) => method.GetParameters().Aggregate(
        (IEnumerable<object?[]>)[[]],
        static (sofar, parameter) => sofar.SelectMany(arguments => ValuesOf(parameter).Select(value => (object?[])[.. arguments, value])));

    private static object?[] ValuesOf(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        if (type == typeof(int) && parameter.Name == "status")
            return [400, 401, 429, 500, 503];
        object?[] byDefault = parameter.HasDefaultValue ? [parameter.DefaultValue] : [];
        return type == typeof(TimeSpan) ? [.. byDefault, TimeSpan.FromMilliseconds(1)]
            : parameter.HasDefaultValue ? byDefault
            : type == typeof(string) ? ["refused"]
            : type == typeof(int) ? [1]
            : type == typeof(long) ? [100_000L]
            : type == typeof(Uri) ? [new Uri("http://127.0.0.1:9/elsewhere")]
            : throw new NotSupportedException($"Say here what the parameter '{parameter.Name}' of {parameter.Member.Name} is given.");
    }
}
