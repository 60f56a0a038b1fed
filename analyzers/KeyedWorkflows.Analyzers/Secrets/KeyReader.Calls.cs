using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Secrets;

// What calls give back, and where they take their arguments.
internal sealed partial class KeyReader
{
    private Carried ReadCall(IInvocationOperation call)
    {
        var instance = Read(call.Instance);
        var arguments = ReadArguments(call.Arguments, flow.Sinks.Of(call), out var any);
        var method = call.TargetMethod;
        if (flow.Known.IsReveal(method))
            return Carried.All;

        // `text.Replace(key, "***")` takes the key out, and `logins.Select(login => login.User)` leaves it behind.
        if (KeyMethods.Replaces(method) || KeyMethods.Selects(method))
            any = arguments.Length > 1 ? arguments[1] : Carried.None;
        if (!any.IsNone && KeyMethods.PutsIn(call))
            Put(call.Instance, null, KeyMethods.IsCollection(method.ContainingType) ? any : Carried.All);
        var given = method.MethodKind switch
        {
            MethodKind.LocalFunction => functions.TryGetValue(method.OriginalDefinition, out var function) ? ReadFunction(function, arguments) : Carried.None,
            MethodKind.DelegateInvoke => instance,
            _ when flow.Knows(method) => flow.Call(method, arguments),
            _ => OfOther(call, instance, any),
        };
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is not { RefKind: RefKind.Out or RefKind.Ref } parameter)
                continue;
            if (flow.Knows(method) && parameter.Ordinal < arguments.Length)
                Assign(argument.Value, arguments[parameter.Ordinal]);
            else if (parameter.RefKind == RefKind.Out)
                Assign(argument.Value, !instance.IsNone && KeyMethods.IsCollection(method.ContainingType) ? Carried.All : Carried.None);
        }
        return CanCarry(call) ? given : Carried.None;
    }

    /// <summary>A method whose body is not at hand.</summary>
    private static Carried OfOther(IInvocationOperation call, Carried instance, Carried arguments)
    {
        if (IsConfigured(call))
            return Carried.All;
        var carried = Carried.None;
        if (!instance.IsNone)
        {
            if (KeyMethods.GivesInstance(call))
                carried = instance;
            else if (call.TargetMethod.Name == "ToString" && KeySinks.Shows(call.Instance?.Type, instance))
                carried = Carried.All;
        }
        if (!arguments.IsNone && (KeyMethods.GivesArguments(call) || KeyMethods.Replaces(call.TargetMethod)))
            carried = carried.Or(KeyMethods.GivesElements(call.TargetMethod) ? arguments : Carried.All);
        return carried;
    }

    /// <summary>A key that is read from the environment or the configuration, by a name that says so.</summary>
    private static bool IsConfigured(IInvocationOperation call) =>
        call.TargetMethod is { Name: "GetEnvironmentVariable", ContainingType.Name: "Environment" }
        && call.Arguments is [{ Value.ConstantValue: { HasValue: true, Value: string name } }, ..]
        && KeyNames.Says(name);

    private Carried[] ReadArguments(ImmutableArray<IArgumentOperation> arguments, KeyPlace? place, out Carried any)
    {
        any = Carried.None;
        var carried = new Carried[arguments.Length];
        foreach (var argument in arguments)
        {
            // `logins.Select(login => …)`: each element is given to the lambda.
            if (!any.IsNone && Isolation.Storage.Bare(argument.Value) is IDelegateCreationOperation { Target: IAnonymousFunctionOperation { Symbol.Parameters: [var element, ..] } } && argument.Parameter?.ContainingType.Name == "Enumerable")
                Set(element, any);
            var value = Read(argument.Value);
            if (value.IsNone)
                continue;
            any = any.Or(value);
            if (argument.Parameter is { } parameter && parameter.Ordinal < carried.Length)
                carried[parameter.Ordinal] = value;
            if (place is { } sink && argument.ArgumentKind != ArgumentKind.DefaultValue)
                ReportShown(sink, argument.Value, value);
        }
        return carried;
    }

    /// <summary>Each element of a <c>params</c> is an argument of its own.</summary>
    private void ReportShown(KeyPlace place, IOperation value, Carried carried)
    {
        value = Isolation.Storage.Bare(value);
        if (value is IArrayCreationOperation { IsImplicit: true, Initializer: { } elements })
        {
            foreach (var element in elements.ElementValues)
                ReportShown(place, element, Read(element));
        }
        else if (!carried.IsNone && KeySinks.Shows(value.Type, carried) && SecretSymbols.CanCarry(value.Type) && value is not IAnonymousFunctionOperation)
        {
            flow.Report(place, value);
        }
    }

    private Carried ReadCreation(IObjectCreationOperation creation)
    {
        var arguments = ReadArguments(creation.Arguments, flow.Sinks.Of(creation), out var any);
        var carried = Carried.None;
        if (!any.IsNone && creation.Type is { } type && flow.Sinks.Of(creation) is null)
        {
            if (type.SpecialType == SpecialType.System_String || type.Name is "StringBuilder" or "ReadOnlySpan" or "Span")
                carried = Carried.All;
            else if (type.Name == "ValueTask" || KeyMethods.IsCollection(type))
                carried = any;
            else if (type.Is("System.Uri"))
                carried = Carried.OfAddress;
            else
                carried = OfConstructor(creation, arguments);
        }
        return ReadMembers(carried, creation.Initializer?.Initializers ?? []);
    }

    /// <summary>An object shows what its constructor took where it has a property of that name.</summary>
    private static Carried OfConstructor(IObjectCreationOperation creation, Carried[] arguments)
    {
        var carried = Carried.None;
        foreach (var parameter in creation.Constructor?.Parameters ?? [])
        {
            if (parameter.Ordinal >= arguments.Length || arguments[parameter.Ordinal].IsNone)
                continue;
            foreach (var member in creation.Type!.GetMembers())
            {
                if (member is IPropertySymbol { DeclaredAccessibility: Accessibility.Public or Accessibility.Internal } && member.Name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase))
                    carried = carried.Or(Carried.In(member.Name));
            }
        }
        return carried;
    }
}
