using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers;

/// <summary>Knows the calls that hold a thread.</summary>
internal sealed class BlockingCalls
{
    private const string AwaitTask = "Make the method async and await the task.";
    private const string AwaitOther = "Use something that can be awaited, such as SemaphoreSlim.WaitAsync or a TaskCompletionSource.";

    private readonly Dictionary<ISymbol, Dictionary<string, string>> calls = new(SymbolEqualityComparer.Default);
    private readonly INamedTypeSymbol? completion;

    public BlockingCalls(Compilation compilation)
    {
        completion = compilation.GetTypeByMetadataName("System.Runtime.CompilerServices.INotifyCompletion");
        Add("System.Threading.Tasks.Task", AwaitTask, "Wait");
        Add("System.Threading.Tasks.Task", "Await Task.WhenAll.", "WaitAll");
        Add("System.Threading.Tasks.Task", "Await Task.WhenAny.", "WaitAny");
        Add("System.Threading.Tasks.Task`1", AwaitTask, "Result");
        Add("System.Threading.Tasks.ValueTask`1", AwaitTask, "Result");
        Add("System.Threading.Thread", "Await Task.Delay with the run's cancellation token.", "Sleep");
        Add("System.Threading.Thread", AwaitOther, "Join");
        Add("System.Threading.SpinWait", AwaitOther, "SpinUntil");
        Add("System.Threading.SemaphoreSlim", "Await WaitAsync.", "Wait");
        Add("System.Threading.ManualResetEventSlim", AwaitOther, "Wait");
        Add("System.Threading.CountdownEvent", AwaitOther, "Wait");
        Add("System.Threading.Barrier", AwaitOther, "SignalAndWait");
        Add("System.Threading.Monitor", AwaitOther, "Wait");
        Add("System.Threading.WaitHandle", AwaitOther, "WaitOne", "WaitAll", "WaitAny", "SignalAndWait");
        Add("System.Collections.Concurrent.BlockingCollection`1", "Read from a System.Threading.Channels.Channel.", "Take", "GetConsumingEnumerable");
        Add("System.Diagnostics.Process", "Await WaitForExitAsync.", "WaitForExit");
        Add("System.Net.Http.HttpClient", "Await SendAsync.", "Send");

        void Add(string type, string instead, params string[] members)
        {
            if (compilation.GetTypeByMetadataName(type) is not { } symbol)
                return;
            if (!calls.TryGetValue(symbol, out var known))
                calls.Add(symbol, known = new(StringComparer.Ordinal));
            foreach (var member in members)
                known.Add(member, instead);
        }
    }

    /// <summary>The call that an operation is, if it holds a thread.</summary>
    public BlockingCall? Find(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: { Name: "GetResult", Parameters.Length: 0 } method } call when IsAwaiter(method.ContainingType) =>
            IsOver(AwaitedBy(call)) ? null : new($"{AwaitableOf(call)}GetAwaiter().GetResult", AwaitTask),
        IInvocationOperation call => IsAtOnce(call) || IsOver(call.Instance) ? null : Find(call.TargetMethod),
        IPropertyReferenceOperation { Property: { Name: "Result" } property } read => IsOver(read.Instance) ? null : Find(property),
        _ => null,
    };

    private BlockingCall? Find(ISymbol member)
    {
        for (var type = member.ContainingType; type is not null; type = type.BaseType)
        {
            if (calls.TryGetValue(type.OriginalDefinition, out var known) && known.TryGetValue(member.Name, out var instead))
                return new($"{type.Name}.{member.Name}", instead);
        }
        return null;
    }

    private bool IsAwaiter(INamedTypeSymbol type)
    {
        foreach (var implemented in type.AllInterfaces)
        {
            if (SymbolEqualityComparer.Default.Equals(implemented, completion))
                return true;
        }
        return false;
    }

    /// <summary>A wait of no time only asks.</summary>
    private static bool IsAtOnce(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { Ordinal: 0, Type.SpecialType: SpecialType.System_Int32 })
                return argument.Value.ConstantValue is { HasValue: true, Value: 0 };
        }
        return false;
    }

    private static string AwaitableOf(IInvocationOperation call) => AwaitedBy(call)?.Type is { } type ? type.Name + "." : "";

    /// <summary>What <c>x.GetAwaiter().GetResult()</c> or <c>x.ConfigureAwait(false).GetAwaiter().GetResult()</c> waits for: x.</summary>
    private static IOperation? AwaitedBy(IInvocationOperation call)
    {
        var awaited = call.Instance;
        while (awaited is IInvocationOperation { TargetMethod.Name: "GetAwaiter" or "ConfigureAwait", Instance: { } instance })
            awaited = instance;
        return awaited;
    }

    /// <summary>
    /// The task has ended: it was awaited, or asked for its end, above; or it is what <c>ContinueWith</c> hands over. A reading of the text, not a proof: it errs on the side of silence.
    /// </summary>
    private static bool IsOver(IOperation? task)
    {
        var symbol = SymbolOf(task);
        if (symbol is null)
            return false;
        var root = task!;
        while (root.Parent is not null)
        {
            if (root is IAnonymousFunctionOperation lambda && SymbolEqualityComparer.Default.Equals(lambda.Symbol, symbol.ContainingSymbol) && IsContinuation(lambda))
                return true;
            root = root.Parent;
        }
        foreach (var operation in root.Descendants())
        {
            if (operation.Syntax.SpanStart >= task!.Syntax.SpanStart)
                continue;
            var ends = operation is IAwaitOperation
                || (operation is IPropertyReferenceOperation { Property.Name: "IsCompleted" or "IsCompletedSuccessfully" or "Status" });
            if (ends && Mentions(operation, symbol))
                return true;
        }
        return false;
    }

    private static bool IsContinuation(IAnonymousFunctionOperation lambda)
    {
        var parent = lambda.Parent;
        while (parent is IDelegateCreationOperation or IConversionOperation or IArgumentOperation)
            parent = parent.Parent;
        return parent is IInvocationOperation { TargetMethod.Name: "ContinueWith" };
    }

    private static bool Mentions(IOperation operation, ISymbol symbol)
    {
        foreach (var part in operation.Descendants())
        {
            if (SymbolEqualityComparer.Default.Equals(SymbolOf(part), symbol))
                return true;
        }
        return false;
    }

    private static ISymbol? SymbolOf(IOperation? operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };
}
