using KeyedWorkflows.Analyzers.Secrets;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Isolation;

/// <summary>Tells what serves one caller at a time, and which uses of it meet others.</summary>
internal sealed class OneAtATime(Compilation compilation)
{
    private static readonly string[] Sessions =
    [
        "Microsoft.EntityFrameworkCore.DbContext", "NHibernate.ISession", "Raven.Client.Documents.Session.IAsyncDocumentSession", "Raven.Client.Documents.Session.IDocumentSession", "Marten.IDocumentSession", "Marten.IQuerySession",
        "System.Data.Common.DbConnection", "System.Data.Common.DbCommand", "System.Data.Common.DbTransaction",
    ];

    private readonly INamedTypeSymbol? connection = compilation.GetTypeByMetadataName("System.Data.IDbConnection");
    private readonly INamedTypeSymbol? command = compilation.GetTypeByMetadataName("System.Data.IDbCommand");
    private readonly INamedTypeSymbol? transaction = compilation.GetTypeByMetadataName("System.Data.IDbTransaction");

    /// <summary>Whether two may not even read at once: a session or a connection with a database.</summary>
    public bool IsSession(ITypeSymbol type)
    {
        for (ITypeSymbol? level = type; level is not null; level = level.BaseType)
        {
            if (IsKnown(level))
                return true;
        }
        if (IsOfData(type))
            return true;
        foreach (var implemented in type.AllInterfaces)
        {
            if (IsOfData(implemented) || IsKnown(implemented))
                return true;
        }
        return false;
    }

    /// <summary>Whether a field of the class is read by many, but changed by one alone: a collection or a text that grows.</summary>
    public static bool IsChangeable(ITypeSymbol type) =>
        type.Is("System.Net.Http.HttpClient")
        || type.Is("System.Random")
        || type.Is("System.Text.StringBuilder")
        || (type.Name is "List" or "Dictionary" or "HashSet" or "Queue" or "Stack" or "LinkedList" or "SortedDictionary" or "SortedList" or "SortedSet" or "PriorityQueue" && type.IsIn("System.Collections.Generic"));

    /// <summary>Whether a field holds the one generator of random numbers that is made for everybody.</summary>
    public static bool IsForAll(IFieldSymbol field) =>
        field.Type.Is("System.Random") && field.DeclaringSyntaxReferences is [var declared] && declared.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Shared" } };

    /// <summary>Whether a use changes what it is made of.</summary>
    public static bool Changes(IOperation reference)
    {
        var type = reference.Type;
        if (type.Is("System.Random"))
            return true;
        if (type.Is("System.Net.Http.HttpClient"))
            return reference.Parent is IPropertyReferenceOperation { Property.Name: "DefaultRequestHeaders" } headers && ChangesHeaders(headers);
        return reference.Parent switch
        {
            IInvocationOperation call when call.Instance == reference => call.TargetMethod.Name is "Add" or "AddRange" or "TryAdd" or "Insert" or "InsertRange" or "Remove" or "RemoveAt" or "RemoveAll" or "RemoveRange" or "Clear" or "Sort" or "Reverse"
                or "Enqueue" or "Dequeue" or "TryDequeue" or "Push" or "Pop" or "TryPop" or "AddFirst" or "AddLast" or "UnionWith" or "Append" or "AppendLine" or "AppendFormat" or "AppendJoin" or "Replace",
            IPropertyReferenceOperation { Property.IsIndexer: true } element when element.Instance == reference => element.Parent is IAssignmentOperation assignment && assignment.Target == element || element.Parent is IIncrementOrDecrementOperation,
            _ => false,
        };
    }

    private static bool ChangesHeaders(IPropertyReferenceOperation headers) => headers.Parent switch
    {
        IInvocationOperation call => call.TargetMethod.Name is "Add" or "TryAddWithoutValidation" or "Remove" or "Clear",
        IPropertyReferenceOperation { Parent: IAssignmentOperation } => true,
        IPropertyReferenceOperation { Parent: IInvocationOperation { TargetMethod.Name: "Add" or "ParseAdd" or "TryParseAdd" or "Clear" } } => true,
        _ => false,
    };

    private static bool IsKnown(ITypeSymbol type)
    {
        if (type.Name is not ("DbContext" or "ISession" or "IAsyncDocumentSession" or "IDocumentSession" or "IQuerySession" or "DbConnection" or "DbCommand" or "DbTransaction"))
            return false;
        foreach (var name in Sessions)
        {
            if (type.Is(name))
                return true;
        }
        return false;
    }

    private bool IsOfData(ITypeSymbol type) =>
        SymbolEqualityComparer.Default.Equals(type, connection) || SymbolEqualityComparer.Default.Equals(type, command) || SymbolEqualityComparer.Default.Equals(type, transaction);
}
