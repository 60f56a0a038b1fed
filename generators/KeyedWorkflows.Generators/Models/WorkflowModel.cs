namespace KeyedWorkflows.Generators.Models;

/// <summary>A workflow class as the emitter sees it. Holds no symbol, syntax, location or compilation.</summary>
internal sealed record WorkflowModel
{
    /// <summary>The namespace as C# writes it; null for the global one.</summary>
    public required string? Namespace { get; init; }

    /// <summary>The types that the class is nested in, outermost first.</summary>
    public EquatableArray<ContainingTypeModel> ContainingTypes { get; init; }

    /// <summary>The class's name, as metadata has it.</summary>
    public required string ClassName { get; init; }

    /// <summary>What reopens the class: <c>partial class SupportReply</c>; with type parameters in a faulty workflow.</summary>
    public required string Declaration { get; init; }

    /// <summary>The class as other code writes it: <c>global::Acme.Support.SupportReply</c>.</summary>
    public required string FullName { get; init; }

    /// <summary>The class for people: <c>Acme.Support.SupportReply</c>.</summary>
    public required string DisplayName { get; init; }

    /// <summary>One name a type, fit for a file: <c>Acme.Support.SupportReply</c>.</summary>
    public required string HintName { get; init; }

    /// <summary>
    /// The accessibility of what is emitted beside the class (<c>public</c>, <c>internal</c>, or for a nested class also <c>private</c> and the like): the least of class, input and output. Null: no client can be emitted.
    /// </summary>
    public string? ClientAccessibility { get; init; }

    /// <summary>The assembly's registration can name the class and its client.</summary>
    public bool IsReachableInAssembly { get; init; }

    /// <summary>Something is wrong: emit the client and bodies that throw <see cref="FaultText"/>, no graph.</summary>
    public bool IsFaulty { get; init; }

    /// <summary>What a throwing body says; null where the workflow is sound.</summary>
    public string? FaultText { get; init; }

    /// <summary>The types that the class is nested in can be reopened: without that nothing is emitted. False only in a faulty workflow.</summary>
    public bool CanReopenContainingTypes { get; init; } = true;

    /// <summary>The class can be reopened: members can be emitted. False only in a faulty workflow.</summary>
    public bool CanEmitMembers { get; init; } = true;

    /// <summary>The names of the class's members and nested types, inherited ones too, as metadata has them: what is emitted into the class takes none of them. Ordered, each once.</summary>
    public EquatableArray<string> MemberNames { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public string? Version { get; init; }

    public int TimeoutSeconds { get; init; }

    public long MaxTokens { get; init; }

    public int MaxCalls { get; init; }

    public bool AllowMixedTenants { get; init; }

    /// <summary>Null only in a faulty workflow: where there is none, or none that emitted code can name.</summary>
    public TypeModel? Input { get; init; }

    /// <summary>As <see cref="Input"/>.</summary>
    public TypeModel? Output { get; init; }

    public EquatableArray<SlotModel> Slots { get; init; }

    /// <summary>Steps in declaration order, then conditions. Empty in a faulty workflow.</summary>
    public EquatableArray<NodeModel> Nodes { get; init; }

    /// <summary>How many of <see cref="Nodes"/> are steps.</summary>
    public int StepCount { get; init; }

    /// <summary>The prompts that are not nodes. Empty in a faulty workflow.</summary>
    public EquatableArray<PromptModel> InlinePrompts { get; init; }

    public EquatableArray<ToolModel> Tools { get; init; }

    public EquatableArray<ChooserModel> Choosers { get; init; }

    public EquatableArray<InputSelectionModel> Selections { get; init; }

    public EquatableArray<ConstructorParameterModel> Constructor { get; init; }

    public ValidationModel Validation { get; init; } = new();

    /// <summary>Null only in a faulty workflow.</summary>
    public OutputModel? Result { get; init; }

    /// <summary>The <c>global::</c> name of the <c>JsonSerializerContext</c> that the assembly names; null: types are read by reflection.</summary>
    public string? JsonContext { get; init; }

    public Disposal Disposal { get; init; }

    /// <summary>Every partial method that needs a body and can have one: of steps, inline prompts and sub-workflows, sound or faulty. One that names a type that is not there is left to the compiler.</summary>
    public EquatableArray<SignatureModel> PartialMethods { get; init; }
}
