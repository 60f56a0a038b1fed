using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>A method with an attribute of the authored language.</summary>
/// <param name="Symbol">The method.</param>
/// <param name="Attribute">The attribute that says what it is.</param>
/// <param name="Kind">What kind of step it is; of no meaning for tools and choosers.</param>
/// <param name="IsOutput">Marked <c>[Output]</c>.</param>
internal sealed record MarkedMethod(IMethodSymbol Symbol, AttributeData Attribute, NodeKind Kind, bool IsOutput);
