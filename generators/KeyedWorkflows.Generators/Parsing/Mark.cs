namespace KeyedWorkflows.Generators.Parsing;

/// <summary>An attribute of the authored language.</summary>
internal enum Mark
{
    None,
    Workflow,
    CredentialProfile,
    Step,
    Prompt,
    SubWorkflow,
    Tool,
    Output,
    ChooseProfile,
    ForEach,
    From,
    FromInput,
    Slot,
    ApiKey,
    ProfileName,
    WorkflowJson,
}
