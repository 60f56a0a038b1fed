using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Reads steps that run another workflow. The child may be in another assembly: it is read by its attributes alone.</summary>
internal sealed class SubWorkflowReader(ParseScope scope, SlotTable slots)
{
    /// <summary>Reads what the step runs; null where something is wrong with it.</summary>
    public SubWorkflowModel? Read(NodeReading step, SignatureModel? signature)
    {
        var ct = scope.CancellationToken;
        var attribute = step.Attribute!;
        if (attribute.ConstructorArguments is not [{ Kind: TypedConstantKind.Type, Value: ITypeSymbol named }, ..] || TypeReader.HasError(named))
        {
            scope.Incomplete();
            return null;
        }
        if (named is not INamedTypeSymbol { TypeKind: TypeKind.Class, IsGenericType: false } child || !UnmarkedClass.IsMarked(child, scope.Known) || ClassReader.InterfaceOf(child, scope.Known) is not { } contract)
        {
            if (IsFaultyItself(named))
                scope.Incomplete();
            else
                scope.GraphFault(Rules.SubWorkflow, attribute.Place(0, ct), $"`{named.Name}` is no workflow. Name a class that is marked [Workflow] and implements IWorkflow<TInput, TOutput>.");
            return null;
        }
        if (IsFaultyItself(child) || !scope.Compilation.IsSymbolAccessibleWithin(child, scope.Type))
        {
            scope.Incomplete();
            return null;
        }
        if (PathBack(child) is { } path)
        {
            scope.GraphFault(Rules.SubWorkflow, attribute.Place(0, ct), path.Count == 0
                ? $"`{child.Name}` runs itself, and such a run would start another without end. Move what repeats to a step, or to a workflow of its own."
                : $"`{child.Name}` leads back to `{scope.Type.Name}` through {string.Join(", ", path)}, and such a run would start another without end. Remove one of these sub-workflows.");
            return null;
        }
        var (input, output) = (contract.TypeArguments[0], contract.TypeArguments[1]);
        if (TypeReader.HasError(input) || TypeReader.HasError(output))
        {
            scope.Incomplete();
            return null;
        }
        var inputParameter = FindInput(step, child, input);
        var returnsOutput = step.Return is ReturnShape.TaskOfT or ReturnShape.ValueTaskOfT && step.ResultType is { } result && KnownSymbols.Same(TypeReader.Strip(result), TypeReader.Strip(output));
        if (!returnsOutput && !TypeReader.HasError(step.Symbol.ReturnType))
        {
            scope.GraphFault(Rules.Step, ParseScope.PlaceOf(step.Symbol), $"`{step.Symbol.Name}` runs `{child.Name}`, which gives `{TypeReader.People(output)}`. Return `Task<{TypeReader.People(output)}>`.");
        }
        var childSlots = SlotTable.NamesOf(child, scope.Known);
        var payers = Bind(child, childSlots, attribute);
        if (signature is null || inputParameter < 0 || payers is null)
            return null;
        return new()
        {
            Signature = signature,
            Child = scope.Types.Of(child),
            ChildInput = scope.Types.Of(input),
            ChildOutput = scope.Types.Of(output),
            InputParameter = inputParameter,
            Slots = EquatableArray.From(payers),
            ChildSlots = EquatableArray.From(childSlots),
        };
    }

    /// <summary>The workflows between this one and itself, for people; null where none leads back. Those of other assemblies cannot know this one.</summary>
    private List<string>? PathBack(INamedTypeSymbol child)
    {
        if (KnownSymbols.Same(child, scope.Type))
            return [];
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default) { child };
        var waiting = new Queue<(INamedTypeSymbol Workflow, List<string> Path)>();
        waiting.Enqueue((child, [$"`{child.Name}`"]));
        while (waiting.Count > 0)
        {
            scope.CancellationToken.ThrowIfCancellationRequested();
            var (workflow, path) = waiting.Dequeue();
            if (!KnownSymbols.Same(workflow.ContainingAssembly, scope.Compilation.Assembly))
                continue;
            foreach (var next in ChildrenOf(workflow))
            {
                if (KnownSymbols.Same(next, scope.Type))
                    return path;
                if (seen.Add(next))
                    waiting.Enqueue((next, [.. path, $"`{next.Name}`"]));
            }
        }
        return null;
    }

    private IEnumerable<INamedTypeSymbol> ChildrenOf(INamedTypeSymbol workflow)
    {
        foreach (var member in workflow.GetMembers())
        {
            if (member is not IMethodSymbol { MethodKind: MethodKind.Ordinary })
                continue;
            foreach (var attribute in member.GetAttributes())
            {
                if (scope.Known.MarkOf(attribute) == Mark.SubWorkflow && attribute.ConstructorArguments is [{ Kind: TypedConstantKind.Type, Value: INamedTypeSymbol child }, ..])
                    yield return child;
            }
        }
    }

    /// <summary>Whether a class of this project was meant for a workflow and cannot be called as one. That is said there, and is no second error here.</summary>
    private bool IsFaultyItself(ITypeSymbol named)
    {
        if (named is not INamedTypeSymbol { TypeKind: TypeKind.Class } child || !KnownSymbols.Same(child.ContainingAssembly, scope.Compilation.Assembly))
            return false;
        if (!UnmarkedClass.IsMarked(child, scope.Known))
            return !child.IsAbstract && UnmarkedClass.Describe(child, scope.Known) is not null;
        return child.IsGenericType || child.IsStatic || ClassReader.InterfaceOf(child, scope.Known) is null
            || !ClassReader.IsPartial(child, scope.CancellationToken) || !ClassReader.AreContainingTypesPartial(child, scope.CancellationToken);
    }

    /// <summary>The place of the child's input among the parameters: the only data that such a step takes.</summary>
    private int FindInput(NodeReading step, INamedTypeSymbol child, ITypeSymbol input)
    {
        var found = -1;
        for (var i = 0; i < step.Parameters.Count; i++)
        {
            var parameter = step.Parameters[i];
            var place = ParseScope.PlaceOf(parameter.Symbol);
            if (parameter.Client is not null || parameter.Kind is ParameterKind.ChatClient or ParameterKind.EmbeddingGenerator)
            {
                scope.Fault(Rules.Step, place, $"`{step.Symbol.Name}` runs `{child.Name}`, whose own steps take model clients. Remove `{parameter.Symbol.Name}`.");
                return -1;
            }
            if (!parameter.IsData)
                continue;
            if (TypeReader.HasError(parameter.Symbol.Type))
                return -1;
            if (found >= 0)
            {
                scope.GraphFault(Rules.Step, place, $"`{step.Symbol.Name}` runs `{child.Name}`, which takes its input alone. Remove `{parameter.Symbol.Name}`, and put what it carries into the input.");
                return -1;
            }
            if (!KnownSymbols.Same(parameter.Symbol.Type, input) || parameter.Type.IsNullable)
            {
                scope.GraphFault(Rules.Step, place, $"`{step.Symbol.Name}` runs `{child.Name}`, whose input is `{TypeReader.People(input)}`. Take that type.");
                return -1;
            }
            found = i;
        }
        if (found < 0)
            scope.GraphFault(Rules.Step, ParseScope.PlaceOf(step.Symbol), $"`{step.Symbol.Name}` does not take the input of `{child.Name}`. Add a parameter of type `{TypeReader.People(input)}`.");
        return found;
    }

    /// <summary>For each slot of the child the parent's that pays; null, and a fault, where one is not bound.</summary>
    private List<int>? Bind(INamedTypeSymbol child, List<string> childSlots, AttributeData attribute)
    {
        var ct = scope.CancellationToken;
        var payers = new int[childSlots.Count];
        for (var i = 0; i < payers.Length; i++)
            payers[i] = -1;
        var pairs = attribute.Texts("Slots") ?? [];
        for (var item = 0; item < pairs.Count; item++)
        {
            var pair = pairs[item];
            var place = attribute.Place("Slots", item, ct);
            var middle = pair.IndexOf('=');
            var mine = middle < 0 ? "" : pair.Substring(middle + 1).Trim();
            var theirs = middle < 0 ? -1 : childSlots.IndexOf(pair.Substring(0, middle).Trim());
            var payer = slots.IndexOf(mine);
            if (theirs >= 0 && payer < 0 && slots.IsAnyRefused)
                return null;
            if (theirs < 0 || payer < 0)
            {
                scope.Fault(Rules.SubWorkflow, place, middle < 0
                    ? "Slots says which slot of this workflow pays for one of the other's, as `child=parent`."
                    : theirs < 0
                        ? $"`{child.Name}` has no slot of the name left of `=`. It has {OfferOf(childSlots)}.{(Nearest.Of(pair.Substring(0, middle).Trim(), childSlots) is { } near ? $" Did you mean \"{near}\"?" : "")}"
                        : $"This workflow has no slot of the name right of `=`. {(slots.Count == 0 ? "Add [CredentialProfile] to the class." : $"It has {slots.Offer("\"", "\"")}.{slots.Guess(mine)}")}",
                    Mended(pair, childSlots));
                return null;
            }
            if (payers[theirs] >= 0)
            {
                scope.Fault(Rules.SubWorkflow, place, $"Slots names the slot \"{childSlots[theirs]}\" of `{child.Name}` twice. Name one payer.");
                return null;
            }
            payers[theirs] = payer;
        }
        for (var i = 0; i < payers.Length; i++)
        {
            if (payers[i] < 0)
                payers[i] = childSlots.Count == 1 && slots.Count == 1 ? 0 : slots.IndexOf(childSlots[i]);
            if (payers[i] < 0 && slots.IsAnyRefused)
                return null;
            if (payers[i] < 0)
            {
                scope.Fault(Rules.SubWorkflow, attribute.Place(0, ct), slots.Count == 0
                    ? $"`{child.Name}` needs a payer for its slot \"{childSlots[i]}\", and this workflow declares no credential profile. Add [CredentialProfile] to the class."
                    : $"Nothing pays for the slot \"{childSlots[i]}\" of `{child.Name}`. Say which slot does: `Slots = [\"{childSlots[i]}=…\"]` with one of {slots.Offer("\"", "\"")}.",
                    slots.Choices($"\"{childSlots[i]}=", "\""));
                return null;
            }
            slots.Use(payers[i]);
        }
        return [.. payers];
    }

    /// <summary>A pair with the name that was meant in the place of the one that is none; none where it is not clear.</summary>
    private EquatableArray<string> Mended(string pair, List<string> childSlots)
    {
        var middle = pair.IndexOf('=');
        if (middle < 0)
            return default;
        var (theirs, mine) = (pair.Substring(0, middle).Trim(), pair.Substring(middle + 1).Trim());
        var child = childSlots.Contains(theirs) ? theirs : Nearest.Of(theirs, childSlots);
        var parent = slots.IndexOf(mine) >= 0 ? mine : slots.Near(mine);
        return child is null || parent is null ? default : [$"\"{child}={parent}\""];
    }

    private static string OfferOf(List<string> names) => names.Count == 0 ? "none" : "\"" + string.Join("\", \"", names) + "\"";
}
