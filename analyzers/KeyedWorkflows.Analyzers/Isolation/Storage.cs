using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Isolation;

/// <summary>Tells what outlives a step from what lives within it. A reading of the text, not a proof: what is not certain counts as local.</summary>
internal static class Storage
{
    /// <summary>What an operation is, without the conversions around it.</summary>
    public static IOperation Bare(IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation conversion:
                    operation = conversion.Operand;
                    continue;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    continue;
                default:
                    return operation;
            }
        }
    }

    /// <summary>Whether what is written here is found again after the step: a static, the workflow's own state, a service that its constructor took, or something within one of these.</summary>
    public static bool Outlives(IOperation? target)
    {
        while (target is not null)
        {
            switch (Bare(target))
            {
                case IFieldReferenceOperation field:
                    if (field.Field.IsStatic)
                        return true;
                    target = field.Instance;
                    continue;
                case IPropertyReferenceOperation property:
                    if (property.Property.IsStatic)
                        return true;
                    target = property.Instance;
                    continue;
                case IInstanceReferenceOperation instance:
                    return instance.ReferenceKind == InstanceReferenceKind.ContainingTypeInstance;
                case IParameterReferenceOperation parameter:
                    return IsOfConstructor(parameter.Parameter);
                default:
                    return false;
            }
        }
        return false;
    }

    /// <summary>A parameter of a primary constructor that a method uses is a field.</summary>
    public static bool IsOfConstructor(IParameterSymbol parameter) => parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor };
}
