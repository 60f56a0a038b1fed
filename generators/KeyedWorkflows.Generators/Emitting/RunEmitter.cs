using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Emits the executor's one method: chains in place, and local functions where steps run side by side.</summary>
internal sealed class RunEmitter
{
    private readonly WorkflowModel model;
    private readonly RunLocals locals;
    private readonly StepEmitter steps;

    public RunEmitter(WorkflowModel model, EmittedNames names)
    {
        this.model = model;
        locals = new(model);
        steps = new(model, names, locals);
    }

    public void Emit(CodeWriter code)
    {
        var dependencies = new List<IReadOnlyList<int>>(model.Nodes.Length);
        foreach (var node in model.Nodes)
            dependencies.Add(node.DependsOn);
        var plan = ChainPlan.Create(dependencies);

        code.Open($"protected override async {Names.Task}<{TypeText.Of(model.Output!)}> ExecuteAsync({model.FullName} workflow, {Names.Runtime}WorkflowRun run, {TypeText.Of(model.Input!)} input, {Names.CancellationToken} cancellationToken)");
        var current = FirstOf(plan.Segments[0]);
        code.Line($"int step = {Numbers.Of(current)};");
        code.Open("try");
        foreach (var segment in plan.Segments)
        {
            if (segment.IsRegion)
            {
                EmitRegion(code, segment, current);
            }
            else
            {
                steps.Emit(code, model.Nodes[segment.Node], "cancellationToken", isDeclared: false, segment.Node == current ? null : "step");
                code.Line();
            }
        }
        code.Line($"return {steps.Output()};");
        code.Close();
        code.Open($"catch ({Names.Exception} error)").Line("throw run.Fail(step, error);").Close();
        code.Close();
    }

    private void EmitRegion(CodeWriter code, PlanSegment region, int current)
    {
        if (FirstOf(region) != current)
            code.Line($"step = {Numbers.Of(FirstOf(region))};");
        foreach (var fork in region.Forks)
        {
            foreach (var node in fork.Nodes)
                Declare(code, model.Nodes[node]);
        }
        code.Open($"using ({Names.Runtime}StepFork fork = run.Fork(cancellationToken))");
        var tasks = new string[region.Forks.Count];
        var functions = new string[region.Forks.Count];
        for (var i = 0; i < tasks.Length; i++)
        {
            var first = model.Nodes[region.Forks[i].Nodes[0]].Name;
            functions[i] = locals.Add("Run" + LocalNames.Pascal(first) + "Async");
            tasks[i] = locals.Add(LocalNames.Camel(first) + "Task");
        }
        for (var i = 0; i < tasks.Length; i++)
            code.Line($"{Names.Task} {tasks[i]} = {functions[i]}({string.Join(", ", TasksOf(region.Forks[i], tasks))});");
        foreach (var task in tasks)
            code.Line($"await {task}.ConfigureAwait(false);");
        code.Line("fork.ThrowIfFailed();");
        for (var i = 0; i < tasks.Length; i++)
        {
            code.Line();
            EmitFork(code, region.Forks[i], functions[i], tasks);
        }
        code.Close().Line();
    }

    private void Declare(CodeWriter code, NodeModel node)
    {
        if (node.Output is null)
            return;
        var mayBeAbsent = RunLocals.MayBeAbsent(node);
        code.Line($"{TypeText.OfLocal(node.Output, mayBeAbsent)} {locals[node.Index]} = {(mayBeAbsent ? "null" : node.Output.IsValueType ? "default" : "null!")};");
    }

    private void EmitFork(CodeWriter code, PlanFork fork, string function, string[] tasks)
    {
        var waits = TasksOf(fork, tasks);
        var parameters = new List<string>();
        foreach (var task in waits)
            parameters.Add($"{Names.Task} {task}");
        code.Open($"async {Names.Task} {function}({string.Join(", ", parameters)})");
        if (waits.Count > 0)
        {
            foreach (var task in waits)
                code.Line($"await {task}.ConfigureAwait(false);");
            code.Line("if (fork.Failed)").Indent().Line("return;").Outdent();
        }
        var tracks = fork.Nodes.Count > 1;
        if (tracks)
            code.Line($"int step = {Numbers.Of(fork.Nodes[0])};");
        code.Open("try");
        for (var i = 0; i < fork.Nodes.Count; i++)
        {
            if (i > 0)
                code.Line();
            steps.Emit(code, model.Nodes[fork.Nodes[i]], "fork.CancellationToken", isDeclared: true, i == 0 ? null : "step");
        }
        code.Close();
        code.Open($"catch ({Names.Exception} error)").Line($"fork.Fail({(tracks ? "step" : Numbers.Of(fork.Nodes[0]))}, error);").Close();
        code.Close();
    }

    private static List<string> TasksOf(PlanFork fork, string[] tasks)
    {
        var waits = new List<string>();
        foreach (var other in fork.WaitsFor)
            waits.Add(tasks[other]);
        return waits;
    }

    private static int FirstOf(PlanSegment segment) => segment.IsRegion ? segment.Forks[0].Nodes[0] : segment.Node;
}
