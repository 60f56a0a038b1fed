using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Credentials;

/// <summary>A constant that names a profile.</summary>
/// <param name="Name">The constant.</param>
/// <param name="Syntax">Where it stands.</param>
internal readonly record struct NamedProfile(string Name, SyntaxNode Syntax)
{
    /// <summary>The constants that an expression can give: itself, or its branches. What is no constant is not among them.</summary>
    public static void Gather(IOperation value, List<NamedProfile> found)
    {
        if (value.ConstantValue is { HasValue: true, Value: var constant })
        {
            if (constant is string name)
                found.Add(new(name, value.Syntax));
            return;
        }
        switch (value)
        {
            case IParenthesizedOperation parenthesized:
                Gather(parenthesized.Operand, found);
                break;
            case IConversionOperation { OperatorMethod: null, IsImplicit: true } conversion:
                Gather(conversion.Operand, found);
                break;
            case IConditionalOperation { WhenFalse: { } otherwise } conditional:
                Gather(conditional.WhenTrue, found);
                Gather(otherwise, found);
                break;
            case ICoalesceOperation coalesce:
                Gather(coalesce.WhenNull, found);
                break;
            case ISwitchExpressionOperation choice:
                foreach (var arm in choice.Arms)
                    Gather(arm.Value, found);
                break;
        }
    }
}
