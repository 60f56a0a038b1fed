using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>What <c>[assembly: WorkflowJson(typeof(AppJson))]</c> names.</summary>
/// <param name="Name">The <c>global::</c> name of the context; null where none is named.</param>
internal sealed record JsonContext(string? Name)
{
    public static JsonContext Read(Compilation compilation, KnownSymbols known)
    {
        foreach (var attribute in compilation.Assembly.GetAttributes())
        {
            if (known.MarkOf(attribute) == Mark.WorkflowJson && attribute.Argument<INamedTypeSymbol>() is { TypeKind: not TypeKind.Error } context)
                return new(TypeReader.Code(context));
        }
        return new(default(string));
    }
}
