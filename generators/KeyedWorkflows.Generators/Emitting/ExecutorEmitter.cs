using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Emits the executor: a class inside the workflow's, so that steps may be private.</summary>
internal sealed class ExecutorEmitter(WorkflowModel model, EmittedNames names)
{
    private readonly string input = TypeText.Of(model.Input!);
    private readonly string output = TypeText.Of(model.Output!);

    public void Emit(CodeWriter code)
    {
        var name = EmittedNames.Simple(names.Executor);
        code.Line($"/// <summary>Runs the workflow <c>{Literals.Xml(model.Name)}</c>.</summary>");
        code.Line(Names.GeneratedCode);
        code.Open($"private sealed class {name} : {Names.Runtime}WorkflowExecutor<{model.FullName}, {input}, {output}>");
        code.Line($"public static readonly {name} Instance = new();").Line();
        var validation = new ValidationEmitter(model);
        validation.EmitRules(code);
        code.Line($"private {name}()");
        code.Indent();
        DescriptionEmitter.Emit(code, model);
        code.Outdent().Open().Close().Line();
        EmitFactory(code);
        EmitSelections(code);
        validation.EmitMethod(code);
        EmitChoosers(code);
        new RunEmitter(model, names).Emit(code);
        code.Close();
    }

    private void EmitFactory(CodeWriter code)
    {
        if (!model.Constructor.IsEmpty)
            code.Line("protected override bool NeedsServices => true;").Line();
        var services = new List<string>();
        foreach (var parameter in model.Constructor)
            services.Add(Service(parameter));
        code.Line($"protected override {model.FullName} CreateWorkflow(global::System.IServiceProvider services) =>").Indent()
            .Line(MethodCall.Of($"new {model.FullName}", services) + ";").Outdent().Line();
    }

    private static string Service(ConstructorParameterModel parameter)
    {
        const string extensions = "global::Microsoft.Extensions.DependencyInjection.ServiceProvider";
        var type = parameter.Type.IsValueType ? TypeText.Of(parameter.Type) : parameter.Type.Name;
        var keyed = parameter.ServiceKey is null ? "" : ", " + parameter.ServiceKey;
        var (owner, method) = parameter.ServiceKey is null ? ("ServiceExtensions", "Service") : ("KeyedServiceExtensions", "KeyedService");
        if (!parameter.IsOptional)
            return $"{extensions}{owner}.GetRequired{method}<{type}>(services{keyed})";
        var fallback = parameter.DefaultValue is { } value and not "default" and not "null" ? value : null;
        if (parameter.Type.IsValueType)
        {
            // A value type has no null of its own to say that the service is missing.
            var nullable = parameter.Type.NullableName;
            var found = parameter.ServiceKey is null ? $"({nullable})services.GetService(typeof({parameter.Type.Name}))" : $"{extensions}{owner}.Get{method}<{nullable}>(services{keyed})";
            return parameter.Type.IsNullable && fallback is null ? found : $"{found} ?? {fallback ?? "default"}";
        }
        return $"{extensions}{owner}.Get{method}<{type}>(services{keyed}){(fallback is not null ? " ?? " + fallback : parameter.Type.IsNullable ? "" : "!")}";
    }

    private void EmitSelections(CodeWriter code)
    {
        if (model.Selections.IsEmpty)
            return;
        code.Open($"protected override void ReadSelections({input} input, ref {Names.Runtime}InputSelections selections)");
        foreach (var selection in model.Selections)
            code.Line($"selections.{(selection.Kind == SelectionKind.ApiKey ? "ApiKey" : "ProfileName")}({Numbers.Of(selection.Slot)}, input.{selection.Property}, nullable: {Literals.Of(selection.IsNullable)});");
        code.Close().Line();
    }

    private void EmitChoosers(CodeWriter code)
    {
        if (model.Choosers.IsEmpty)
            return;
        const string credential = Names.Product + "Credential";
        const string result = Names.ValueTask + "<" + credential + ">";
        code.Line($"protected override {result} ChooseAsync({model.FullName} workflow, int slot, {input} input, {Names.Product}RunContext run, {Names.CancellationToken} ct) => slot switch").Open();
        foreach (var chooser in model.Choosers)
        {
            var arguments = new List<string>();
            foreach (var argument in chooser.Arguments)
            {
                arguments.Add(argument.Source switch
                {
                    ChooserArgument.Input => "input",
                    ChooserArgument.RunContext => "run",
                    _ => "ct",
                });
            }
            var call = MethodCall.Of((chooser.IsStatic ? model.FullName : "workflow") + "." + chooser.Identifier, arguments);
            code.Line($"{Numbers.Of(chooser.Slot)} => {(chooser.Return == ReturnShape.ValueTaskOfT ? call : $"new {result}({call})")},");
        }
        code.Line($"_ => new {result}({credential}.Unspecified),");
        code.Close(";").Line();
    }
}
