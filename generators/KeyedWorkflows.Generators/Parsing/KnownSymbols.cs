using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>The types that the parser knows by name, looked up once a compilation.</summary>
internal sealed class KnownSymbols
{
    private static readonly ConditionalWeakTable<Compilation, KnownSymbols> Cache = new();
    private readonly Dictionary<ISymbol, Mark> marks = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, KnownType> types = new(SymbolEqualityComparer.Default);
    private readonly Compilation compilation;
    private HashSet<string>? ambiguousNames;
    private HashSet<string>? emittedNames;
    private JsonContext? json;

    private KnownSymbols(Compilation compilation)
    {
        this.compilation = compilation;
        AddMark("WorkflowAttribute", Mark.Workflow);
        AddMark("CredentialProfileAttribute", Mark.CredentialProfile);
        AddMark("StepAttribute", Mark.Step);
        AddMark("PromptAttribute", Mark.Prompt);
        AddMark("SubWorkflowAttribute", Mark.SubWorkflow);
        AddMark("ToolAttribute", Mark.Tool);
        AddMark("OutputAttribute", Mark.Output);
        AddMark("ChooseProfileAttribute", Mark.ChooseProfile);
        AddMark("ForEachAttribute", Mark.ForEach);
        AddMark("FromAttribute", Mark.From);
        AddMark("FromInputAttribute", Mark.FromInput);
        AddMark("SlotAttribute", Mark.Slot);
        AddMark("ApiKeyAttribute", Mark.ApiKey);
        AddMark("ProfileNameAttribute", Mark.ProfileName);
        AddMark("WorkflowJsonAttribute", Mark.WorkflowJson);

        Workflow = Add("KeyedWorkflows.IWorkflow`2", KnownType.Workflow);
        RunContext = Add("KeyedWorkflows.RunContext", KnownType.RunContext);
        Add("KeyedWorkflows.Secret", KnownType.Secret);
        Add("KeyedWorkflows.Credential", KnownType.Credential);
        Add("System.Threading.CancellationToken", KnownType.CancellationToken);
        Add("System.Threading.Tasks.Task", KnownType.Task);
        Add("System.Threading.Tasks.Task`1", KnownType.TaskOfT);
        Add("System.Threading.Tasks.ValueTask", KnownType.ValueTask);
        Add("System.Threading.Tasks.ValueTask`1", KnownType.ValueTaskOfT);
        Add("System.Collections.Generic.IAsyncEnumerable`1", KnownType.AsyncEnumerable);
        Add("System.Collections.Generic.List`1", KnownType.List);
        Add("System.Collections.Generic.IReadOnlyDictionary`2", KnownType.ReadOnlyDictionary);
        Add("System.Collections.Immutable.ImmutableArray`1", KnownType.ImmutableArray);
        Add("Microsoft.Extensions.AI.IChatClient", KnownType.ChatClient);
        Add("Microsoft.Extensions.AI.IEmbeddingGenerator", KnownType.AnyEmbeddingGenerator);
        Add("Microsoft.Extensions.AI.IEmbeddingGenerator`2", KnownType.EmbeddingGenerator);
        Add("Microsoft.Extensions.AI.Embedding`1", KnownType.Embedding);
        Add("Microsoft.Extensions.AI.ChatOptions", KnownType.ChatOptions);
        Messages = SequenceOf(Add("Microsoft.Extensions.AI.ChatMessage", KnownType.ChatMessage));
        Tools = SequenceOf(Add("Microsoft.Extensions.AI.AITool", KnownType.AITool));

        ValidationAttribute = Find("System.ComponentModel.DataAnnotations.ValidationAttribute");
        ValidatableObject = Find("System.ComponentModel.DataAnnotations.IValidatableObject");
        Description = Find("System.ComponentModel.DescriptionAttribute");
        KeyedServices = Find("Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute");
        ActivatorConstructor = Find("Microsoft.Extensions.DependencyInjection.ActivatorUtilitiesConstructorAttribute");
        EnumeratorCancellation = Find("System.Runtime.CompilerServices.EnumeratorCancellationAttribute");
        Disposable = Find("System.IDisposable");
        AsyncDisposable = Find("System.IAsyncDisposable");
        JsonSerializable = Find("System.Text.Json.Serialization.JsonSerializableAttribute");
        JsonDerivedType = Find("System.Text.Json.Serialization.JsonDerivedTypeAttribute");
        JsonConverter = Find("System.Text.Json.Serialization.JsonConverterAttribute");
        JsonConstructor = Find("System.Text.Json.Serialization.JsonConstructorAttribute");
        JsonInclude = Find("System.Text.Json.Serialization.JsonIncludeAttribute");
        JsonIgnore = Find("System.Text.Json.Serialization.JsonIgnoreAttribute");
        JsonObjectCreationHandling = Find("System.Text.Json.Serialization.JsonObjectCreationHandlingAttribute");
    }

    /// <summary><c>IWorkflow&lt;,&gt;</c>.</summary>
    public INamedTypeSymbol? Workflow { get; }

    public INamedTypeSymbol? RunContext { get; }

    /// <summary><c>IEnumerable&lt;ChatMessage&gt;</c>.</summary>
    public INamedTypeSymbol? Messages { get; }

    /// <summary><c>IEnumerable&lt;AITool&gt;</c>.</summary>
    public INamedTypeSymbol? Tools { get; }

    public INamedTypeSymbol? ValidationAttribute { get; }

    public INamedTypeSymbol? ValidatableObject { get; }

    public INamedTypeSymbol? Description { get; }

    public INamedTypeSymbol? KeyedServices { get; }

    public INamedTypeSymbol? ActivatorConstructor { get; }

    public INamedTypeSymbol? EnumeratorCancellation { get; }

    public INamedTypeSymbol? Disposable { get; }

    public INamedTypeSymbol? AsyncDisposable { get; }

    public INamedTypeSymbol? JsonSerializable { get; }

    public INamedTypeSymbol? JsonDerivedType { get; }

    public INamedTypeSymbol? JsonConverter { get; }

    public INamedTypeSymbol? JsonConstructor { get; }

    public INamedTypeSymbol? JsonInclude { get; }

    public INamedTypeSymbol? JsonIgnore { get; }

    public INamedTypeSymbol? JsonObjectCreationHandling { get; }

    /// <summary>What <c>[assembly: WorkflowJson]</c> names.</summary>
    public JsonContext Json => json ??= JsonContext.Read(compilation, this);

    /// <summary>Names of types and namespaces of the assembly that differ from another only in case.</summary>
    public HashSet<string> AmbiguousNames => ambiguousNames ??= FindAmbiguousNames();

    /// <summary>The names of types, namespaces and aliases anywhere that could be those of types emitted into a class.</summary>
    public HashSet<string> EmittedNames => emittedNames ??= HeldNames.Of(compilation);

    public static KnownSymbols Of(Compilation compilation) => Cache.GetValue(compilation, static compilation => new(compilation));

    /// <summary>Which of our attributes one is.</summary>
    public Mark MarkOf(AttributeData attribute) => attribute.AttributeClass is { } type && marks.TryGetValue(type, out var mark) ? mark : Mark.None;

    /// <summary>Which of the types that mean something to a workflow one is, whatever its type arguments.</summary>
    public KnownType Classify(ITypeSymbol type) => type is INamedTypeSymbol named && types.TryGetValue(named.OriginalDefinition, out var known) ? known : KnownType.None;

    public static bool Same(ISymbol? left, ISymbol? right) => SymbolEqualityComparer.Default.Equals(left, right);

    private void AddMark(string name, Mark mark)
    {
        if (Find("KeyedWorkflows." + name) is { } type)
            marks[type] = mark;
    }

    private INamedTypeSymbol? Add(string name, KnownType known)
    {
        var type = Find(name);
        if (type is not null)
            types[type] = known;
        return type;
    }

    private INamedTypeSymbol? SequenceOf(INamedTypeSymbol? element) =>
        element is null ? null : compilation.GetSpecialType(SpecialType.System_Collections_Generic_IEnumerable_T).Construct(element);

    private INamedTypeSymbol? Find(string name)
    {
        if (compilation.GetTypeByMetadataName(name) is { } type)
            return type;

        // Two references may hold a copy each: then the first public one.
        foreach (var candidate in compilation.GetTypesByMetadataName(name))
        {
            if (candidate.DeclaredAccessibility == Accessibility.Public)
                return candidate;
        }
        return null;
    }

    private HashSet<string> FindAmbiguousNames()
    {
        var first = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var ambiguous = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        Gather(compilation.Assembly.TypeNames);
        Gather(compilation.Assembly.NamespaceNames);
        return ambiguous;

        void Gather(ICollection<string> names)
        {
            foreach (var name in names)
            {
                if (!first.TryGetValue(name, out var other))
                    first.Add(name, name);
                else if (other != name)
                    ambiguous.Add(name);
            }
        }
    }
}
