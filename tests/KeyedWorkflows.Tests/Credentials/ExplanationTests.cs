using KeyedWorkflows.Runtime;
using static KeyedWorkflows.Tests.Credentials.BindingScene;

namespace KeyedWorkflows.Tests.Credentials;

public sealed class ExplanationTests
{
    private readonly BindingScene scene = new(
        Profiles.Of("a", "acme", model: "profile-model") with { Models = new Dictionary<string, string> { ["gpt"] = "acme-prod" } }, Profiles.Of("b", "beta"), Profiles.Of("operator"));

    [Fact]
    public async Task An_explanation_says_which_profile_by_which_rule_and_which_model()
    {
        var explanation = await ExplainAsync(SketchWorkflow.Of(SketchWorkflow.Slot(model: "gpt"), SketchWorkflow.Slot("judge", @default: "a", model: null), SketchWorkflow.Slot("third")), new()
        {
            Credentials = RunCredentials.PerSlot("a", null, Credential.ApiKey(Profiles.NewKey())),
        });

        Assert.True(explanation.CanRun, explanation.Error);
        Assert.Equal(("sketch", "acme"), (explanation.Workflow, explanation.Tenant));
        Assert.Null(explanation.ErrorCode);
        Assert.Equal(
            [("main", CredentialSource.Call, "a", "openai", "acme-prod"), ("judge", CredentialSource.SlotDefault, "a", "openai", "profile-model"), ("third", CredentialSource.Call, null, "openai", "model-1")],
            explanation.Slots.Select(slot => (slot.Slot, slot.Source!.Value, slot.ProfileName, slot.Provider!, slot.Model!)));
        Assert.Equal("Profile 'a' was chosen in the call.", explanation.Slots[0].Reason);
        Assert.Equal("Profile 'a' was chosen by the slot's Default.", explanation.Slots[1].Reason);
        Assert.Equal("A key for this run was chosen in the call.", explanation.Slots[2].Reason);
    }

    [Fact]
    public async Task Every_slot_has_its_answer_though_the_first_is_refused()
    {
        var explanation = await ExplainAsync(SketchWorkflow.Of(SketchWorkflow.Slot(), SketchWorkflow.Slot("judge", @default: "a"), SketchWorkflow.Slot("third")), default);

        Assert.False(explanation.CanRun);
        Assert.Null(explanation.Tenant);
        Assert.Equal(WorkflowErrorCodes.CredentialMissing, explanation.ErrorCode);
        Assert.Equal([null, "a", null], explanation.Slots.Select(slot => slot.ProfileName));
        Assert.Equal([null, CredentialSource.SlotDefault, null], explanation.Slots.Select(slot => slot.Source));
        Assert.All(explanation.Slots, slot => Assert.NotEmpty(slot.Reason));
    }

    [Fact]
    public async Task Printed_an_explanation_tells_every_slot_and_the_error_once()
    {
        var explained = await ExplainAsync(SketchWorkflow.Of(SketchWorkflow.Slot(), SketchWorkflow.Slot("judge", @default: "a")), new() { Credentials = RunCredentials.PerSlot("a", null) });
        var refused = await ExplainAsync(SketchWorkflow.Of(SketchWorkflow.Slot(), SketchWorkflow.Slot("judge", @default: "a")), default);

        Assert.Equal(["sketch: would run", "  main: Profile 'a' was chosen in the call.", "  judge: Profile 'a' was chosen by the slot's Default."], explained.ToString().Split(Environment.NewLine));
        Assert.Equal(["sketch: would be refused (credential_missing)", $"  main: {refused.Slots[0].Reason}", "  judge: Profile 'a' was chosen by the slot's Default."], refused.ToString().Split(Environment.NewLine));
    }

    [Fact]
    public async Task Two_tenants_are_told_though_each_slot_alone_could_be_bound()
    {
        var explanation = await ExplainAsync(SketchWorkflow.Of(SketchWorkflow.Slot(), SketchWorkflow.Slot("judge")), new() { Credentials = RunCredentials.PerSlot("a", "b") });

        Assert.Equal((false, WorkflowErrorCodes.TenantMismatch), (explanation.CanRun, explanation.ErrorCode));
        Assert.Equal(["a", "b"], explanation.Slots.Select(slot => slot.ProfileName!));
    }

    [Fact]
    public async Task A_chooser_that_throws_is_told_and_not_thrown()
    {
        var explanation = await ExplainAsync(SketchWorkflow.Of(SketchWorkflow.Slot(hasChooser: true)), new()
        {
            Chooser = (_, _) => throw new WorkflowRunException(WorkflowErrorCodes.StepFailed, "The chooser threw."),
        });

        Assert.Equal((false, WorkflowErrorCodes.StepFailed, "The chooser threw."), (explanation.CanRun, explanation.ErrorCode, explanation.Error));
        Assert.Equal(CredentialSource.ChooseProfile, Assert.Single(explanation.Slots).Source);
    }

    [Fact]
    public async Task ExplainIsNoOracle()
    {
        var asCaller = new BindingScene(Profiles.Of("a", "acme"), Profiles.Of("b", "beta")) { Authorizer = new GrantList("acme") };
        var caller = new RunCaller { Name = "token-1" };
        var workflow = SketchWorkflow.Of(SketchWorkflow.Slot());

        var forbidden = await asCaller.Binder.ExplainAsync(workflow, Call("b") with { Caller = caller }, Token);
        var unknown = await asCaller.Binder.ExplainAsync(workflow, Call("unknown") with { Caller = caller }, Token);

        Assert.Equal(unknown.Slots.Single(), forbidden.Slots.Single());
        Assert.Equal((unknown.CanRun, unknown.ErrorCode, unknown.Error, unknown.Tenant), (forbidden.CanRun, forbidden.ErrorCode, forbidden.Error, forbidden.Tenant));
        Assert.DoesNotContain("beta", forbidden.ToString(), StringComparison.Ordinal);
    }

    private async Task<CredentialExplanation> ExplainAsync(WorkflowDefinition workflow, BindRequest request) => await scene.Binder.ExplainAsync(workflow, request, Token);
}
