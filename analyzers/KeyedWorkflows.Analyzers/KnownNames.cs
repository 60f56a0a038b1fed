namespace KeyedWorkflows.Analyzers;

/// <summary>The types that the analyzers look up, by their metadata names.</summary>
internal static class KnownNames
{
    public const string Workflow = "KeyedWorkflows.WorkflowAttribute";
    public const string Step = "KeyedWorkflows.StepAttribute";
    public const string Tool = "KeyedWorkflows.ToolAttribute";
    public const string UnboundSlots = "KeyedWorkflows.Runtime.UnboundSlotsAttribute";
    public const string SlotProviders = "KeyedWorkflows.Runtime.SlotProvidersAttribute";
    public const string Credential = "KeyedWorkflows.Credential";
    public const string ChatClient = "Microsoft.Extensions.AI.IChatClient";
    public const string EmbeddingGenerator = "Microsoft.Extensions.AI.IEmbeddingGenerator";
    public const string CredentialProfile = "KeyedWorkflows.CredentialProfileAttribute";
    public const string ProfileName = "KeyedWorkflows.ProfileNameAttribute";
    public const string StoredProfile = "KeyedWorkflows.StoredProfile";
    public const string ChooseProfile = "KeyedWorkflows.ChooseProfileAttribute";
    public const string Prompt = "KeyedWorkflows.PromptAttribute";
    public const string ApiKey = "KeyedWorkflows.ApiKeyAttribute";
    public const string RunContext = "KeyedWorkflows.RunContext";
    public const string Secret = "KeyedWorkflows.Secret";
    public const string WorkflowOf = "KeyedWorkflows.IWorkflow`2";
    public const string WorkflowsBuilder = "KeyedWorkflows.WorkflowsBuilder";

    /// <summary>The assembly by which a project calls workflows over HTTP.</summary>
    public const string ClientAssembly = "KeyedWorkflows.Client";
}
