namespace KeyedWorkflows.Generators.Models;

/// <summary>A node of the graph: a step, or a condition method that is not a step itself.</summary>
internal sealed record NodeModel
{
    /// <summary>Its place in <see cref="WorkflowModel.Nodes"/>: steps in declaration order, then conditions.</summary>
    public required int Index { get; init; }

    /// <summary>The method's name, as metadata has it: the node's name in events and records.</summary>
    public required string Name { get; init; }

    /// <summary>The method's name as code writes it (<c>@event</c>).</summary>
    public required string Identifier { get; init; }

    public required NodeKind Kind { get; init; }

    public required ReturnShape Return { get; init; }

    /// <summary>Called on the class, not on the instance.</summary>
    public bool IsStatic { get; init; }

    /// <summary>What one call of the method gives; null where nothing.</summary>
    public TypeModel? Result { get; init; }

    /// <summary>What the node gives to the graph: <see cref="Result"/>, or an array of it for a step with <c>[ForEach]</c>; null where nothing.</summary>
    public TypeModel? Output { get; init; }

    public EquatableArray<ParameterModel> Parameters { get; init; }

    /// <summary>The step runs only if all of these hold. A guard whose condition is absent does not hold.</summary>
    public EquatableArray<GuardModel> Guards { get; init; }

    /// <summary>All nodes that must have ended before: of data, tools' data, guards and <c>After</c>. Ascending, each once.</summary>
    public EquatableArray<int> DependsOn { get; init; }

    /// <summary>Those of <see cref="DependsOn"/> that <c>After</c> names.</summary>
    public EquatableArray<int> After { get; init; }

    /// <summary>The node may not run: it has guards, or data that may be absent meets a parameter that must not.</summary>
    public bool MayBeSkipped { get; init; }

    /// <summary>The result may be absent, so it is held as <see cref="TypeModel.NullableName"/>: the node may be skipped, is optional, or returns null where its type allows it.</summary>
    public bool MayBeAbsent { get; init; }

    /// <summary>The method's own result type is nullable: null is an absent result, not a broken contract.</summary>
    public bool ReturnsNullable { get; init; }

    /// <summary>How often the step is tried, the default worked out.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>Seconds an attempt; 0: no limit.</summary>
    public int TimeoutSeconds { get; init; }

    /// <summary>The cap on model requests, the default worked out.</summary>
    public int MaxCalls { get; init; } = 6;

    public bool Optional { get; init; }

    /// <summary>The place of the <c>[ForEach]</c> parameter in <see cref="Parameters"/>; -1 where there is none.</summary>
    public int ForEachParameter { get; init; } = -1;

    /// <summary>How many elements at once.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>The output, or one of several of which one runs.</summary>
    public bool IsOutput { get; init; }

    public PromptModel? Prompt { get; init; }

    public SubWorkflowModel? SubWorkflow { get; init; }

    public bool IsForEach => ForEachParameter >= 0;

    public bool Streams => Return == ReturnShape.TextStream;

    /// <summary>The method takes a model client.</summary>
    public bool TakesClient
    {
        get
        {
            foreach (var parameter in Parameters)
            {
                if (parameter.Client is not null)
                    return true;
            }
            return false;
        }
    }

    /// <summary>Can be called in place: no client, one attempt, no time-out, not optional, no stream, no iteration, no sub-workflow.</summary>
    public bool IsPlain => Kind is NodeKind.Code or NodeKind.Condition && !Streams && !Optional && !IsForEach && Attempts == 1 && TimeoutSeconds == 0 && !TakesClient;
}
