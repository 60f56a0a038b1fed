using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Secrets;

// What expressions carry.
internal sealed partial class KeyReader
{
    private Carried ReadExpression(IOperation operation)
    {
        switch (operation)
        {
            case ILocalReferenceOperation local:
                return Of(local.Local);
            case IParameterReferenceOperation { Parameter: var parameter }:
                return flow.Known.HoldsKey(parameter, parameter.Type) ? Carried.All : Of(parameter);
            case IFieldReferenceOperation field:
                return ReadField(field);
            case IPropertyReferenceOperation property:
                return ReadProperty(property);
            case IArrayElementReferenceOperation element:
                ReadEach(element.Indices);
                return CanCarry(element) ? Read(element.ArrayReference) : Carried.None;
            case IImplicitIndexerReferenceOperation part:
                var whole = Read(part.Instance);
                Read(part.Argument);
                return !CanCarry(part) || KeyMethods.IsHint(part.Argument) ? Carried.None : whole;
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } when receivers.Count > 0:
                return receivers.Peek();
            case IConditionalAccessInstanceOperation when conditional.Count > 0:
                return conditional.Peek();
            case IConditionalAccessOperation access:
                conditional.Push(Read(access.Operation));
                var accessed = Read(access.WhenNotNull);
                conditional.Pop();
                return CanCarry(access) ? accessed : Carried.None;
            case IAwaitOperation awaited:
                return Read(awaited.Operation);
            case IParenthesizedOperation parenthesized:
                return Read(parenthesized.Operand);
            case IConversionOperation conversion:
                var converted = Read(conversion.Operand);
                return conversion.OperatorMethod is null or { ContainingNamespace.Name: "System" } && CanCarry(conversion) ? converted : Carried.None;
            case IDelegateCreationOperation created:
                return Read(created.Target);
            case ICoalesceOperation coalesce:
                return Read(coalesce.Value).Or(Read(coalesce.WhenNull));
            case IBinaryOperation binary:
                return ReadBinary(binary);
            case IInterpolatedStringHandlerCreationOperation handler:
                return Read(handler.Content);
            case IInterpolatedStringAdditionOperation addition:
                return Read(addition.Left).Or(Read(addition.Right));
            case IInterpolatedStringOperation text:
                return ReadText(text);
            case ITupleOperation tuple:
                return ReadTuple(tuple);
            case IArrayCreationOperation array:
                ReadEach(array.DimensionSizes);
                return Read(array.Initializer);
            case IArrayInitializerOperation elements:
                return ReadEach(elements.ElementValues);
            case ICollectionExpressionOperation collection:
                return ReadEach(collection.Elements);
            case ISpreadOperation spread:
                return Read(spread.Operand);
            case IAnonymousObjectCreationOperation anonymous:
                return ReadMembers(Carried.None, anonymous.Initializers);
            case IObjectCreationOperation creation:
                return ReadCreation(creation);
            case IWithOperation copy:
                return ReadMembers(Read(copy.Operand), copy.Initializer?.Initializers ?? []);
            case ISwitchExpressionOperation arms:
                return ReadArms(arms);
            case IIsPatternOperation match:
                Bind(match.Pattern, Read(match.Value));
                return Carried.None;
            case ISimpleAssignmentOperation assignment:
                var assigned = Read(assignment.Value);
                Assign(assignment.Target, assigned, assignment.Value);
                return assigned;
            case ICompoundAssignmentOperation compound:
                var sum = CanCarry(compound) ? Read(compound.Target).Or(Read(compound.Value)) : Carried.None;
                Assign(compound.Target, sum, compound.Value);
                return sum;
            case ICoalesceAssignmentOperation coalesced:
                var kept = Read(coalesced.Target).Or(Read(coalesced.Value));
                Assign(coalesced.Target, kept, coalesced.Value);
                return kept;
            case IDeconstructionAssignmentOperation deconstruction:
                var parts = Read(deconstruction.Value);
                Assign(deconstruction.Target, parts);
                return parts;
            case IAnonymousFunctionOperation lambda:
                return ReadInner(lambda.Body);
            case ITranslatedQueryOperation query:
                return Read(query.Operation);
            case IMethodReferenceOperation:
                return Carried.None;
            case IInvocationOperation call:
                return ReadCall(call);
            default:
                ReadEach(operation.ChildOperations);
                return Carried.None;
        }
    }

    /// <summary>Without recursion: texts are put together from thousands of pieces.</summary>
    private Carried ReadBinary(IBinaryOperation binary)
    {
        var open = new Stack<IBinaryOperation>();
        IOperation left = binary;
        while (left is IBinaryOperation { LeftOperand: var operand } next)
        {
            open.Push(next);
            left = operand;
        }
        var carried = Read(left);
        while (open.Count > 0)
        {
            var sum = open.Pop();
            carried = carried.Or(Read(sum.RightOperand));
            if (sum.OperatorKind != BinaryOperatorKind.Add || sum.Type?.SpecialType != SpecialType.System_String)
                carried = Carried.None;
        }
        return carried;
    }

    /// <summary>What a local or parameter carries, as far as was read.</summary>
    public Carried Of(ISymbol symbol) => locals.TryGetValue(symbol, out var carried) ? carried : Carried.None;

    private Carried ReadField(IFieldReferenceOperation field)
    {
        if (IsOwn(field.Instance, field.Field))
            return flow.Known.HoldsKey(field.Field, field.Field.Type) && !field.Field.IsConst ? Carried.All : flow.OfState(field.Field);
        var holder = Read(field.Instance);
        return CanCarry(field) ? holder.Of((field.Field.CorrespondingTupleField ?? field.Field).Name) : Carried.None;
    }

    private Carried ReadProperty(IPropertyReferenceOperation property)
    {
        var holder = IsOwn(property.Instance, property.Property) ? flow.OfState(property.Property) : Read(property.Instance);
        foreach (var argument in property.Arguments)
            Read(argument.Value);
        if (!CanCarry(property))
            return Carried.None;
        if (flow.Known.HoldsKey(property.Property, property.Type!))
            return Carried.All;
        if (property.Property.IsIndexer && IsConfigured(property))
            return Carried.All;
        if (property.Property.IsIndexer)
            return property.Arguments is [var part] && KeyMethods.IsHint(part.Value) ? Carried.None : holder;
        if (IsOwn(property.Instance, property.Property))
            return holder;

        // The names in a dictionary, under which its values lie.
        return property.Property.Name is "Keys" or "Key" && KeyMethods.IsCollection(property.Property.ContainingType) ? Carried.None : holder.Of(property.Property.Name);
    }

    /// <summary><c>configuration["OpenAI:ApiKey"]</c>.</summary>
    private static bool IsConfigured(IPropertyReferenceOperation setting) =>
        setting.Arguments is [{ Value.ConstantValue: { HasValue: true, Value: string name } }] && setting.Property.ContainingType.IsIn("Microsoft.Extensions.Configuration") && KeyNames.Says(name);

    /// <summary>A member of the class itself: of this object, or of all.</summary>
    private static bool IsOwn(IOperation? instance, ISymbol symbol) => symbol.IsStatic || instance is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance };

    private Carried ReadText(IInterpolatedStringOperation text)
    {
        var carried = Carried.None;
        foreach (var part in text.Parts)
        {
            carried = carried.Or(part switch
            {
                IInterpolationOperation hole => ReadHole(hole.Expression),
                IInterpolatedStringAppendOperation { AppendCall: IInvocationOperation { Arguments: [var hole, ..] } } => ReadHole(hole.Value),
                _ => Carried.None,
            });
        }
        return carried;
    }

    /// <summary>What a value's text shows.</summary>
    private Carried ReadHole(IOperation value)
    {
        var carried = Read(value);
        return !carried.IsNone && KeySinks.Shows(Isolation.Storage.Bare(value).Type, carried) && SecretSymbols.CanCarry(Isolation.Storage.Bare(value).Type) ? Carried.All : Carried.None;
    }

    private Carried ReadTuple(ITupleOperation tuple)
    {
        var carried = Carried.None;
        for (var i = 0; i < tuple.Elements.Length; i++)
        {
            if (!Read(tuple.Elements[i]).IsNone)
                carried = carried.Or(Carried.In(ItemName(i)));
        }
        return carried;
    }

    private static string ItemName(int index) => "Item" + (index + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private Carried ReadArms(ISwitchExpressionOperation arms)
    {
        var asked = Read(arms.Value);
        var before = locals;
        var after = new Dictionary<ISymbol, Carried>(SymbolEqualityComparer.Default);
        var carried = Carried.None;
        foreach (var arm in arms.Arms)
        {
            locals = new(before, SymbolEqualityComparer.Default);
            Bind(arm.Pattern, asked);
            Read(arm.Guard);
            carried = carried.Or(Read(arm.Value));
            MergeInto(after, locals);
        }
        locals = after;
        return CanCarry(arms) ? carried : Carried.None;
    }

    private void Bind(IPatternOperation? pattern, Carried value)
    {
        switch (pattern)
        {
            case IDeclarationPatternOperation { DeclaredSymbol: { } symbol, MatchedType: var type }:
                Set(symbol, type is null || SecretSymbols.CanCarry(type) ? value : Carried.None);
                break;
            case IRecursivePatternOperation recursive:
                if (recursive.DeclaredSymbol is { } named)
                    Set(named, value);
                for (var i = 0; i < recursive.DeconstructionSubpatterns.Length; i++)
                    Bind(recursive.DeconstructionSubpatterns[i], value.Of(ItemName(i)));
                foreach (var part in recursive.PropertySubpatterns)
                {
                    Bind(part.Pattern, part.Member is IPropertyReferenceOperation { Property: var property } member && member.Type is { } of && flow.Known.HoldsKey(property, of)
                        ? Carried.All
                        : value.Of((part.Member as IMemberReferenceOperation)?.Member.Name ?? ""));
                }
                break;
            case IBinaryPatternOperation binary:
                Bind(binary.LeftPattern, value);
                Bind(binary.RightPattern, value);
                break;
            default:
                break;
        }
    }

    private void Assign(IOperation target, Carried value, IOperation? from = null)
    {
        switch (Isolation.Storage.Bare(target))
        {
            case IVariableDeclaratorOperation declarator:
                Set(declarator.Symbol, SecretSymbols.CanCarry(declarator.Symbol.Type) ? value : Carried.None);
                break;
            case ILocalReferenceOperation local:
                Set(local.Local, SecretSymbols.CanCarry(local.Local.Type) ? value : Carried.None);
                break;
            case IParameterReferenceOperation parameter:
                Set(parameter.Parameter, value);
                break;
            case IDeclarationExpressionOperation declaration:
                Assign(declaration.Expression, value);
                break;
            case ITupleOperation tuple:
                for (var i = 0; i < tuple.Elements.Length; i++)
                    Assign(tuple.Elements[i], value.Of(ItemName(i)));
                break;
            case IFieldReferenceOperation field when IsOwn(field.Instance, field.Field):
                flow.Keep(field.Field, value);
                break;
            case IFieldReferenceOperation field:
                Put(field.Instance, field.Field.Name, value);
                break;
            case IPropertyReferenceOperation property:
                if (!value.IsNone && from is not null && flow.Sinks.Of(property) is { } place)
                    flow.Report(place, from);
                else if (property.Property.IsIndexer)
                    Put(property.Instance, null, value);
                else if (IsOwn(property.Instance, property.Property))
                    flow.Keep(property.Property, value);
                else
                    Put(property.Instance, property.Property.Name, value);
                break;
            case IArrayElementReferenceOperation element:
                Put(element.ArrayReference, null, value);
                break;
            default:
                break;
        }
    }

    /// <summary>Puts a value into an object that a local, or a member of the class, holds; what other objects hold is not followed.</summary>
    /// <param name="holder">What holds the object.</param>
    /// <param name="member">The object's member; null where the value is an element, or becomes part of a text.</param>
    /// <param name="value">What the value carries.</param>
    private void Put(IOperation? holder, string? member, Carried value)
    {
        if (value.IsNone || holder is null)
            return;
        if (member is not null)
            value = Carried.In(member);

        // `text.Append("x").Append(key)` puts into the text.
        while (Isolation.Storage.Bare(holder) is IInvocationOperation { TargetMethod.ContainingType.Name: "StringBuilder", Instance: { } start })
            holder = start;
        switch (Isolation.Storage.Bare(holder))
        {
            case ILocalReferenceOperation { Local: var local }:
                Set(local, Of(local).Or(value));
                break;
            case IParameterReferenceOperation { Parameter: var parameter } when !Isolation.Storage.IsOfConstructor(parameter):
                Set(parameter, Of(parameter).Or(value));
                break;
            case IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol { IsIndexer: false } } own when IsOwn(own.Instance, own.Member):
                flow.Keep(own.Member, value);
                break;
            default:
                break;
        }
    }

    private Carried ReadEach(IOperation.OperationList operations)
    {
        foreach (var operation in operations)
            Read(operation);
        return Carried.None;
    }

    private Carried ReadEach(ImmutableArray<IOperation> operations)
    {
        var carried = Carried.None;
        foreach (var operation in operations)
            carried = carried.Or(Read(operation));
        return carried;
    }

    /// <summary>The members that an initializer sets.</summary>
    private Carried ReadMembers(Carried holder, ImmutableArray<IOperation> initializers)
    {
        receivers.Push(holder);
        foreach (var initializer in initializers)
        {
            switch (initializer)
            {
                case ISimpleAssignmentOperation { Target: IMemberReferenceOperation target } assignment:
                    var value = Read(assignment.Value);
                    if (!value.IsNone && target is IPropertyReferenceOperation property && flow.Sinks.Of(property) is { } place)
                        flow.Report(place, assignment.Value);
                    else if (!value.IsNone)
                        holder = holder.Or(target is IPropertyReferenceOperation { Property.IsIndexer: true } ? Carried.All : Carried.In(target.Member.Name));
                    break;
                case IInvocationOperation { Arguments: var arguments }:
                    foreach (var argument in arguments)
                        holder = holder.Or(Read(argument.Value));
                    break;
                default:
                    Read(initializer);
                    break;
            }
        }
        receivers.Pop();
        return holder;
    }
}
