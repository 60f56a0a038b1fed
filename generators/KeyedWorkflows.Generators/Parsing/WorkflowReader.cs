using KeyedWorkflows.Generators.Graph;
using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Reads one workflow: asks each reader in turn, has the graph solved, and puts the model together.</summary>
/// <param name="scope">The class.</param>
/// <param name="attribute">Its <c>[Workflow]</c>; null for a class that lacks it.</param>
internal sealed class WorkflowReader(ParseScope scope, AttributeData? attribute)
{
    private readonly List<NodeReading> nodes = [];
    private readonly List<PromptModel> inlinePrompts = [];
    private readonly List<SignatureModel> partialMethods = [];

    public WorkflowParse Read()
    {
        var type = scope.Type;
        ClassReader.Check(scope);
        var name = ReadName();
        var contract = ClassReader.ReadInterface(scope);
        var input = contract?.TypeArguments[0];
        var output = contract?.TypeArguments[1];

        var slots = new SlotTable(scope);
        var methods = new MethodTable(scope);
        var reader = new NodeReader(scope, methods, slots);
        var tools = new ToolTable(scope, methods, reader, input);
        foreach (var step in methods.Steps)
            nodes.Add(reader.Read(step));
        var stepCount = nodes.Count;
        new GuardReader(scope, methods, reader, nodes).Read();
        ReadBodies(methods, reader, slots, tools);
        scope.CancellationToken.ThrowIfCancellationRequested();

        var choosers = ChooserReader.Read(scope, methods, slots, input);
        var selections = input is null ? default : SelectionReader.Read(scope, slots, input);
        var constructor = ConstructorReader.Read(scope);
        if (input is not null && output is not null)
            new JsonChecker(scope).Check(input, output, nodes, methods, tools);
        var hasClient = ClassReader.CheckEmittedNames(scope, slots.Count);
        var solved = Solve(input, output, tools);
        if (!scope.IsFaulty)
            slots.RemarkUnused();

        var isFaulty = scope.IsFaulty || solved is null;
        var level = Reach.Level.Nested;
        var (taken, given) = (Named(input), Named(output));
        ITypeSymbol anything = scope.Compilation.GetSpecialType(SpecialType.System_Object);
        var accessibility = hasClient ? Reach.ClientAccessibility(type, taken ?? anything, given ?? anything, scope.Compilation, out level) : null;

        // A second part of a type that is not partial makes the compiler ask for `partial`, and keeps the analyzers from saying more. Where prompts wait for their bodies that is the lesser evil: without,
        // it would speak of each of them, and not of what is missing.
        var needsBodies = partialMethods.Count > 0;
        var canReopenContainingTypes = needsBodies || ClassReader.AreContainingTypesPartial(type, scope.CancellationToken);
        var model = new WorkflowModel
        {
            Namespace = ClassReader.NamespaceOf(type),
            ContainingTypes = ClassReader.ContainingTypesOf(type),
            ClassName = type.Name,
            Declaration = ClassReader.DeclarationOf(type),
            FullName = TypeReader.Code(type),
            DisplayName = ClassReader.DisplayNameOf(type),
            HintName = scope.IsForEmission ? ClassReader.HintNameOf(type, scope.Known) : "",
            ClientAccessibility = accessibility,
            IsReachableInAssembly = accessibility is not null && level >= Reach.Level.Assembly,
            IsFaulty = isFaulty,
            FaultText = isFaulty ? FaultTextOf() : null,
            CanReopenContainingTypes = canReopenContainingTypes,
            CanEmitMembers = !type.IsStatic && canReopenContainingTypes && (needsBodies || ClassReader.IsPartial(type, scope.CancellationToken)),
            MemberNames = scope.IsForEmission ? ClassReader.MemberNamesOf(type, scope.Compilation, scope.Known, scope.CancellationToken) : default,
            Name = name,
            Description = attribute?.Text("Description"),
            Version = attribute?.Text("Version"),
            TimeoutSeconds = attribute?.Number("TimeoutSeconds") ?? 0,
            MaxTokens = attribute is not null && attribute.TryGet("MaxTokens", out var tokens) && tokens.Value is long most ? most : 0,
            MaxCalls = attribute?.Number("MaxCalls") ?? 0,
            AllowMixedTenants = attribute?.Flag("AllowMixedTenants") == true,
            Input = taken is null ? null : scope.Types.Of(taken),
            Output = given is null ? null : scope.Types.Of(given),
            Slots = slots.ToModels(),
            JsonContext = scope.Known.Json.Name,
            Disposal = DisposalOf(type),
            PartialMethods = EquatableArray.From(partialMethods),
        };
        if (!isFaulty)
        {
            model = model with
            {
                Nodes = NodesOf(solved!),
                StepCount = stepCount,
                InlinePrompts = EquatableArray.From(inlinePrompts),
                Tools = tools.ToModels(solved!.Tools),
                Choosers = choosers,
                Selections = selections,
                Constructor = constructor,
                Validation = scope.IsForEmission ? ValidationReader.Read(scope, input!) : new(),
                Result = solved.Output,
            };
        }
        return new(model, EquatableArray.From(scope.Faults));
    }

    /// <summary>A type, if emitted code can name it.</summary>
    private ITypeSymbol? Named(ITypeSymbol? type) => type is not null && ClassReader.CanName(type, scope.Type) ? type : null;

    private string ReadName()
    {
        if (attribute is null)
            return scope.Type.Name;
        var name = attribute.Argument<string>();
        if (attribute.IsBroken())
            scope.Incomplete();
        else if (name is null || !Names.IsProfileName(name))
        {
            name = null;
            scope.Fault(Rules.Name, attribute.Place(0, scope.CancellationToken), "This is not a workflow's name. Use lower-case letters, digits, `_`, `.` and `-`, a letter or digit first; 64 characters at most.");
        }
        foreach (var limit in (string[])["TimeoutSeconds", "MaxTokens", "MaxCalls"])
        {
            if (attribute.TryGet(limit, out var value) && value.Value is < 0 or < 0L)
                scope.Fault(Rules.Class, attribute.Place(limit, scope.CancellationToken), $"{limit} is negative. Leave it out for no limit.");
        }
        if (attribute.Number("TimeoutSeconds") > NodeReader.MostSeconds)
            scope.Fault(Rules.Class, attribute.Place("TimeoutSeconds", scope.CancellationToken), $"TimeoutSeconds is how long a run may take, up to {NodeReader.MostSeconds} (seven weeks). Leave it out for no limit.");
        return name ?? scope.Type.Name;
    }

    /// <summary>Reads what has a body to emit: prompts and sub-workflows.</summary>
    private void ReadBodies(MethodTable methods, NodeReader reader, SlotTable slots, ToolTable tools)
    {
        var prompts = new PromptReader(scope, methods, tools);
        var children = new SubWorkflowReader(scope, slots);
        for (var i = 0; i < methods.Steps.Count; i++)
        {
            var step = methods.Steps[i];
            var node = nodes[i];
            if (step.Kind == NodeKind.Code)
                continue;
            var signature = ReadSignature(step);
            if (step.Kind == NodeKind.SubWorkflow)
            {
                node.SubWorkflow = children.Read(node, signature);
                continue;
            }
            node.Prompt = prompts.Read(step, ReturnReading.Of(step.Symbol, scope.Known, scope.Compilation), signature, isInline: false);
            if (node.Prompt is not { } prompt)
                continue;
            if (step.Attribute.Number("Attempts") == 0 && prompt.Answer == PromptAnswer.Object)
                node.Attempts = 2;
            if (step.Attribute.Number("MaxCalls") == 0 && !prompt.Tools.IsEmpty)
                node.MaxCalls = NodeReader.DefaultMaxCalls + prompt.MaxToolRounds;
        }
        foreach (var inline in methods.InlinePrompts)
        {
            var result = reader.CheckShape(inline.Symbol, Rules.Step);
            if (prompts.Read(inline, result, ReadSignature(inline), isInline: true) is { } prompt)
                inlinePrompts.Add(prompt);
        }
    }

    /// <summary>The method as its other half repeats it; null, mostly with a fault, where there is no half to emit.</summary>
    private SignatureModel? ReadSignature(MarkedMethod method)
    {
        var symbol = method.Symbol;
        if (SignatureReader.DeclarationOf(symbol, scope.CancellationToken) is not { } declaration)
        {
            scope.Fault(Rules.Step, ParseScope.PlaceOf(symbol), SignatureReader.HasBody(symbol) || !symbol.IsPartialDefinition
                ? $"The body of `{symbol.Name}` is generated. Make it a partial method without a body of its own."
                : $"`{symbol.Name}` is no partial method whose body could be generated. Add `partial`, and end it with `;`.");
            return null;
        }
        if (!SignatureReader.CanHaveBody(symbol, declaration))
        {
            scope.Incomplete();
            return null;
        }
        var signature = SignatureReader.Read(symbol, declaration, scope.Known);
        partialMethods.Add(signature);
        return signature;
    }

    private SolvedGraph? Solve(ITypeSymbol? input, ITypeSymbol? output, ToolTable tools)
    {
        if (input is null || output is null || scope.IsGraphUnknown)
            return null;
        var drafts = new List<NodeDraft>(nodes.Count);
        foreach (var node in nodes)
            drafts.Add(node.ToDraft());
        var solved = GraphSolver.Solve(new()
        {
            Nodes = EquatableArray.From(drafts),
            Tools = tools.ToDrafts(),
            Input = scope.Types.Of(input),
            Output = scope.Types.Of(output),
            Location = scope.Remember(scope.Type),
        }, scope.CancellationToken);
        foreach (var fault in solved.Faults)
            scope.Fault(fault.Rule, scope.Recall(fault.Location), fault.Message, fault.Choices);
        return solved.IsSound ? solved : null;
    }

    private EquatableArray<NodeModel> NodesOf(SolvedGraph solved)
    {
        var models = new List<NodeModel>(nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
            models.Add(nodes[i].ToModel(i, solved.Nodes[i]));
        return EquatableArray.From(models);
    }

    private Disposal DisposalOf(INamedTypeSymbol type) =>
        ParameterReader.Implements(type, scope.Known.AsyncDisposable) ? Disposal.DisposeAsync
        : ParameterReader.Implements(type, scope.Known.Disposable) ? Disposal.Dispose
        : Disposal.None;

    private string FaultTextOf()
    {
        foreach (var fault in scope.Faults)
        {
            if (fault.Rule != Rules.UnusedSlot)
                return $"The workflow cannot run: {fault.Rule}: {fault.Message}";
        }
        return "The workflow cannot run: it uses something that the compiler does not find, or that another generator makes.";
    }
}
