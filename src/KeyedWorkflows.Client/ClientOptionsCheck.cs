using Microsoft.Extensions.Options;

namespace KeyedWorkflows.Client;

/// <summary>Refuses settings with which no call could be made, or a token would travel in the open.</summary>
internal sealed class ClientOptionsCheck : IValidateOptions<WorkflowClientOptions>
{
    public ValidateOptionsResult Validate(string? name, WorkflowClientOptions options) =>
        options.FirstFault is { } fault ? ValidateOptionsResult.Fail($"{nameof(WorkflowClientOptions)}: {fault}") : ValidateOptionsResult.Success;
}
