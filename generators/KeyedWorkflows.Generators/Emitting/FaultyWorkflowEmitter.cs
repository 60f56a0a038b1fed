using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Emits what keeps one fault one error: the author's partial methods get bodies, and callers find the class and its client.</summary>
internal static class FaultyWorkflowEmitter
{
    public const string Fallback = "The workflow has an error. See the errors of the build.";

    public static void Emit(CodeWriter code, WorkflowModel model)
    {
        if (!model.CanEmitMembers)
            return;
        var message = model.FaultText ?? Fallback;
        WorkflowEmitter.EmitHeader(code, model, $"throw new {Names.InvalidOperationException}({Literals.Of(message)})");
        foreach (var method in model.PartialMethods)
        {
            code.Line();
            SignatureText.EmitThrowing(code, method, message);
        }
        code.Close();
    }
}
