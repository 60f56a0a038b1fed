using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Secrets;

/// <summary>Tells what writes, shows or sends what it is given.</summary>
internal sealed class KeySinks(SecretSymbols known)
{
    private const string Models = "Microsoft.Extensions.AI";

    /// <summary>Where a call takes its arguments; null where that is no place that others read.</summary>
    public KeyPlace? Of(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var type = method.ContainingType;
        var subject = call.Instance?.Type ?? (call.Arguments.Length > 0 ? Isolation.Storage.Bare(call.Arguments[0].Value).Type : null);
        if (IsLogger(subject) && (call.Instance is not null || method.IsExtensionMethod || method.MethodKind == MethodKind.DelegateInvoke))
            return KeyPlace.Log;
        if (method.MethodKind == MethodKind.DelegateInvoke)
            return IsLogging(call) ? KeyPlace.Log : null;
        if (IsLogClass(type) || IsLogged(method))
            return KeyPlace.Log;
        if (type.Is("System.Console") || (method.Name.StartsWith("Write", StringComparison.Ordinal) && IsConsole(call.Instance)))
            return KeyPlace.Console;
        if (type.Is("System.Diagnostics.Debug") || type.Is("System.Diagnostics.Trace") || type.Is("System.Diagnostics.TraceSource"))
            return KeyPlace.Trace;
        if (type.Is("System.Diagnostics.Activity") && method.Name is "SetTag" or "AddTag" or "SetBaggage" or "AddBaggage" or "SetStatus")
            return KeyPlace.Trace;
        if (method.Name == "Add" && IsData(call.Instance))
            return KeyPlace.Exception;
        if (known.IsPrompt(method))
            return KeyPlace.Prompt;
        if (known.Clients.IsModelClient(subject) && (call.Instance is not null || method.IsExtensionMethod) && method.Name is not ("GetService" or "GetRequiredService" or "AsBuilder"))
            return KeyPlace.Prompt;
        return null;
    }

    /// <summary>Where a new object takes its arguments.</summary>
    public KeyPlace? Of(IObjectCreationOperation creation) =>
        known.IsException(creation.Type) ? KeyPlace.Exception
        : creation.Type is { Name: "ChatMessage" or "TextContent" or "TextReasoningContent" } content && content.IsIn(Models) ? KeyPlace.Prompt
        : null;

    /// <summary>Where a property is read by others.</summary>
    public KeyPlace? Of(IPropertyReferenceOperation property) =>
        property.Property is { Name: "Instructions", ContainingType.Name: "ChatOptions" } instructions && instructions.ContainingType.IsIn(Models) ? KeyPlace.Prompt
        : property.Property is { IsIndexer: true } && IsData(property.Instance) ? KeyPlace.Exception
        : null;

    /// <summary>Whether what is shown of a value that holds a key in a member is that member: records, tuples and addresses are written out, other objects by their type's name.</summary>
    public static bool Shows(ITypeSymbol? type, Carried carried) =>
        carried.IsAll || type is { IsRecord: true } or { IsTupleType: true } or { IsAnonymousType: true } || type.Is("System.Uri");

    /// <summary>What an exception tells beside its message.</summary>
    private bool IsData(IOperation? holder) => holder is IPropertyReferenceOperation { Property.Name: "Data" } data && known.IsException(data.Instance?.Type);

    private static bool IsLogger(ITypeSymbol? type)
    {
        if (type is null)
            return false;
        if (IsILogger(type))
            return true;
        foreach (var implemented in type.AllInterfaces)
        {
            if (IsILogger(implemented))
                return true;
        }
        return false;
    }

    private static bool IsILogger(ITypeSymbol type) => type is { Name: "ILogger", TypeKind: TypeKind.Interface } && (type.IsIn("Microsoft.Extensions.Logging") || type.IsIn("Serilog") || type.IsIn("NLog"));

    private static bool IsLogClass(ITypeSymbol type) =>
        (type.Name == "Log" && type.IsIn("Serilog")) || (type.Name == "Logger" && type.IsIn("NLog")) || (type.Name == "ILog" && type.IsIn("log4net"));

    /// <summary>A method that the logging generator completes.</summary>
    private static bool IsLogged(IMethodSymbol method)
    {
        foreach (var attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass is { Name: "LoggerMessageAttribute" } type && type.IsIn("Microsoft.Extensions.Logging"))
                return true;
        }
        return false;
    }

    /// <summary>A delegate of <c>LoggerMessage.Define</c>.</summary>
    private static bool IsLogging(IInvocationOperation call) => call.TargetMethod.Parameters is [var first, ..] && IsLogger(first.Type);

    private static bool IsConsole(IOperation? writer) => writer is IPropertyReferenceOperation { Property: { Name: "Out" or "Error" } property } && property.ContainingType.Is("System.Console");
}
