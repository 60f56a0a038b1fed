using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Credentials;

/// <summary>A host's stores, providers, grants and default, and the binder over them.</summary>
internal sealed class BindingScene : IHostDefault
{
    public BindingScene(params IEnumerable<StoredProfile> profiles) => Store = new InMemoryProfileStore(profiles);

    public InMemoryProfileStore Store { get; }

    public IProfileStore? OtherStore { get; init; }

    public IModelProvider[] Providers { get; init; } = [new FakeProvider("openai")];

    public bool IsProduction { get; init; }

    public ICredentialAuthorizer Authorizer { get; init; } = new GrantAuthorizer();

    public Credential? Current { get; set; }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public CredentialBinder Binder => new(OtherStore ?? Store, new ModelProviders(Providers, IsProduction), Authorizer, this);

    public async Task<RunBinding> BindAsync(WorkflowDefinition workflow, BindRequest request) => await Binder.BindAsync(workflow, request, Token);

    public async Task<SlotBinding> BindOneAsync(WorkflowDefinition workflow, BindRequest request) => Assert.Single((await BindAsync(workflow, request)).Slots);

    /// <summary>The refusal of a run, which an explanation tells in the same words.</summary>
    public async Task<WorkflowRunException> RefusedAsync(WorkflowDefinition workflow, BindRequest request)
    {
        var error = await Assert.ThrowsAsync<WorkflowRunException>(async () => await Binder.BindAsync(workflow, request, Token));
        var explanation = await Binder.ExplainAsync(workflow, request, Token);
        Assert.False(explanation.CanRun);
        Assert.Equal((error.Code, error.Message), (explanation.ErrorCode, explanation.Error));
        return error;
    }

    public static BindRequest Call(Credential credential) => new() { Credentials = RunCredentials.For(credential) };

    public static BindRequest Chosen(Func<Credential> choose) => new() { Chooser = (_, _) => new(choose()) };

    public static InputSelections Input(params ReadOnlySpan<(int Slot, string? Name, Secret? Key)> given)
    {
        var selections = default(InputSelections);
        foreach (var (slot, name, key) in given)
        {
            if (key is not null)
                selections.ApiKey(slot, key, nullable: true);
            else
                selections.ProfileName(slot, name, nullable: false);
        }
        return selections;
    }
}
