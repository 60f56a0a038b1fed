namespace KeyedWorkflows.Generators.Models;

/// <summary>A prompt: a step of the graph, or (inline) a function that steps may call.</summary>
internal sealed record PromptModel
{
    /// <summary>What the runtime takes where nothing is said.</summary>
    public const int DefaultMaxToolRounds = 8;

    public required SignatureModel Signature { get; init; }

    public bool IsStatic { get; init; }

    /// <summary>Not a node of the graph.</summary>
    public bool IsInline { get; init; }

    public required PromptAnswer Answer { get; init; }

    /// <summary><see cref="ReturnShape.TaskOfT"/>, <see cref="ReturnShape.ValueTaskOfT"/> or <see cref="ReturnShape.TextStream"/>.</summary>
    public required ReturnShape Return { get; init; }

    /// <summary>What it gives: <c>string</c> for text and streams.</summary>
    public required TypeModel Result { get; init; }

    public EquatableArray<PromptParameterModel> Parameters { get; init; }

    /// <summary>The template of the system message; null where there is none, or where <see cref="File"/> may hold it.</summary>
    public TemplateModel? System { get; init; }

    /// <summary>The template of the user message; null where there is none, or where <see cref="File"/> holds it.</summary>
    public TemplateModel? User { get; init; }

    /// <summary>The file that holds the templates, as the attribute has it, with <c>/</c> between its parts; null where there is none. Its text is bound by <c>PromptFileBinder.Bind</c>.</summary>
    public string? File { get; init; }

    /// <summary>What the file's placeholders may reach; null where there is no file.</summary>
    public MemberShapes? Shapes { get; init; }

    public EquatableArray<ToolReferenceModel> Tools { get; init; }

    public int MaxToolRounds { get; init; } = DefaultMaxToolRounds;

    /// <summary>The model of <c>[Slot]</c> on the client, else the prompt's; null: the slot's.</summary>
    public string? Model { get; init; }

    /// <summary>As <see cref="Model"/>.</summary>
    public string? FallbackModel { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public int? MaxOutputTokens { get; init; }

    public long? Seed { get; init; }

    /// <summary>A C# expression of type <c>ReasoningEffort</c>; null where left out.</summary>
    public string? ReasoningEffort { get; init; }

    public OptionsHookModel? ConfigureOptions { get; init; }

    public bool AllowSystemMessages { get; init; }

    /// <summary>The client parameter.</summary>
    public PromptParameterModel? ChatClient => First(PromptParameterKind.ChatClient);

    /// <summary>The run context parameter, if there is one.</summary>
    public PromptParameterModel? RunContext => First(PromptParameterKind.RunContext);

    /// <summary>The cancellation parameter, if there is one.</summary>
    public PromptParameterModel? CancellationToken => First(PromptParameterKind.CancellationToken);

    private PromptParameterModel? First(PromptParameterKind kind)
    {
        foreach (var parameter in Parameters)
        {
            if (parameter.Kind == kind)
                return parameter;
        }
        return null;
    }
}
