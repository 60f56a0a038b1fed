using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Emits the check of the input by its data annotations, without reflection.</summary>
internal sealed class ValidationEmitter
{
    private const string Attribute = "global::System.ComponentModel.DataAnnotations.ValidationAttribute";
    private readonly WorkflowModel model;
    private readonly string[] rules;
    private readonly string ofType;

    public ValidationEmitter(WorkflowModel model)
    {
        this.model = model;
        var names = new LocalNames("Instance", "NeedsServices", "CreateWorkflow", "ReadSelections", "Validate", "ChooseAsync", "ExecuteAsync");
        rules = new string[model.Validation.Members.Length];
        for (var i = 0; i < rules.Length; i++)
            rules[i] = names.Add("RulesOf" + LocalNames.Pascal(model.Validation.Members[i].Property.TrimStart('@')));
        ofType = names.Add("RulesOfInput");
    }

    /// <summary>Emits the annotations: made once, and shared as those that reflection finds are.</summary>
    public void EmitRules(CodeWriter code)
    {
        for (var i = 0; i < rules.Length; i++)
            EmitRules(code, rules[i], model.Validation.Members[i].Attributes);
        if (!model.Validation.TypeAttributes.IsEmpty)
            EmitRules(code, ofType, model.Validation.TypeAttributes);
    }

    public void EmitMethod(CodeWriter code)
    {
        if (rules.Length == 0 && model.Validation.TypeAttributes.IsEmpty)
            return;
        code.Open($"protected override void Validate({TypeText.Of(model.Input!)} input, ref {Names.Runtime}InputValidator validator)");
        for (var i = 0; i < rules.Length; i++)
        {
            var member = model.Validation.Members[i];
            code.Line($"validator.Check(input.{member.Property}, {Literals.Of(member.Name)}, {rules[i]});");
        }
        if (!model.Validation.TypeAttributes.IsEmpty)
            code.Line($"validator.Check(input, {Literals.Of(model.Input!.DisplayName)}, {ofType});");
        code.Close().Line();
    }

    private static void EmitRules(CodeWriter code, string name, EquatableArray<string> attributes) =>
        code.Line($"private static readonly {Attribute}[] {name} = [{string.Join(", ", attributes)}];").Line();
}
