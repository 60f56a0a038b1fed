using KeyedWorkflows.Runtime;
using static KeyedWorkflows.Tests.Credentials.BindingScene;

namespace KeyedWorkflows.Tests.Credentials;

/// <summary>Which rule chooses: the first that is given, and no other when it fails.</summary>
public sealed class OrderOfChoiceTests
{
    private readonly BindingScene scene = new(Profiles.Of("call"), Profiles.Of("input"), Profiles.Of("chosen"), Profiles.Of("slot-default"), Profiles.Of("host-default")) { Current = Credential.Profile("host-default") };
    private readonly SketchWorkflow workflow = SketchWorkflow.Of(SketchWorkflow.Slot(@default: "slot-default", hasChooser: true));

    [Fact]
    public async Task The_call_comes_first()
    {
        var asked = 0;
        var binding = await scene.BindOneAsync(workflow, new()
        {
            Credentials = RunCredentials.For("call"),
            Chooser = (_, _) => new(Credential.Profile("chosen:" + ++asked)),
        });

        Assert.Equal(("call", CredentialSource.Call), (binding.ProfileName, binding.Source));
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task The_key_of_the_input_comes_next()
    {
        var binding = await scene.BindOneAsync(workflow, new() { Selections = Input((0, null, Secret.From(Profiles.NewKey()))), Chooser = (_, _) => new(Credential.Profile("chosen")) });

        Assert.Equal((null, CredentialSource.ApiKeyInput, "openai"), (binding.ProfileName, binding.Source, binding.Provider));
    }

    [Fact]
    public async Task The_profile_name_of_the_input_comes_next()
    {
        var binding = await scene.BindOneAsync(workflow, new() { Selections = Input((0, "input", null)), Chooser = (_, _) => new(Credential.Profile("chosen")) });

        Assert.Equal(("input", CredentialSource.ProfileNameInput), (binding.ProfileName, binding.Source));
    }

    [Fact]
    public async Task The_chooser_comes_next_and_is_asked_once()
    {
        var asked = 0;
        var binding = await scene.BindOneAsync(workflow, Chosen(() => asked++ == 0 ? "chosen" : "call"));

        Assert.Equal(("chosen", CredentialSource.ChooseProfile, 1), (binding.ProfileName, binding.Source, asked));
    }

    [Fact]
    public async Task A_chooser_that_says_unspecified_leaves_it_to_the_default_of_the_slot()
    {
        var binding = await scene.BindOneAsync(workflow, Chosen(() => Credential.Unspecified));

        Assert.Equal(("slot-default", CredentialSource.SlotDefault), (binding.ProfileName, binding.Source));
    }

    [Fact]
    public async Task The_default_of_the_host_comes_last()
    {
        var binding = await scene.BindOneAsync(SketchWorkflow.Of(SketchWorkflow.Slot()), default);

        Assert.Equal(("host-default", CredentialSource.HostDefault), (binding.ProfileName, binding.Source));
    }

    [Fact]
    public async Task Without_any_the_run_is_refused()
    {
        scene.Current = null;

        var error = await scene.RefusedAsync(SketchWorkflow.Of(SketchWorkflow.Slot()), default);

        Assert.Equal((WorkflowErrorCodes.CredentialMissing, "main"), (error.Code, error.Slot));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("Client_A")]
    [InlineData("client a")]
    public async Task EmptyOrNullCredentialNeverFallsThrough(string? text)
    {
        BindRequest[] requests =
        [
            Call(text), Call(default), Call(Credential.Profile(text)), Call(Credential.Tenant(text)), Call(Credential.ApiKey((Secret?)null)), Call(Credential.Unspecified),
            new() { Credentials = RunCredentials.PerSlot(default(Credential)) },
            new() { Selections = Input((0, text, null)) },
            Call(Credential.ApiKey("a b")), Call(Credential.ApiKey("")), Call(Credential.ApiKey((string?)null)),
        ];

        foreach (var request in requests)
        {
            var error = await scene.RefusedAsync(workflow, request with { Chooser = (_, _) => new(Credential.Profile("chosen")) });
            Assert.Equal((WorkflowErrorCodes.CredentialInvalid, "main"), (error.Code, error.Slot));
        }
    }

    [Fact]
    public async Task A_key_of_the_input_that_is_null_counts_as_absent_only_where_its_type_allows_null()
    {
        var absent = default(InputSelections);
        absent.ApiKey(0, null, nullable: true);
        absent.ProfileName(0, null, nullable: true);
        var missing = default(InputSelections);
        missing.ApiKey(0, null, nullable: false);

        Assert.Equal("chosen", (await scene.BindOneAsync(workflow, new() { Selections = absent, Chooser = (_, _) => new(Credential.Profile("chosen")) })).ProfileName);
        Assert.Equal(WorkflowErrorCodes.CredentialInvalid, (await scene.RefusedAsync(workflow, new() { Selections = missing, Chooser = (_, _) => new(Credential.Profile("chosen")) })).Code);
    }

    [Fact]
    public async Task NullFromChooseProfileFails()
    {
        string? none = null;
        foreach (var answer in new Credential[] { none, "", default, Credential.Profile("Not A Name"), Credential.ApiKey((Secret?)null), Credential.Tenant(null) })
        {
            var error = await scene.RefusedAsync(workflow, Chosen(() => answer));
            Assert.Equal((WorkflowErrorCodes.ProviderNotInitialized, "main"), (error.Code, error.Slot));
        }
    }

    [Fact]
    public async Task A_chooser_that_cannot_be_asked_does_not_fall_through()
    {
        var error = await scene.RefusedAsync(workflow, default);

        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, error.Code);
    }

    [Fact]
    public async Task A_default_of_the_host_that_is_malformed_is_given_all_the_same()
    {
        scene.Current = default(Credential);

        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, (await scene.RefusedAsync(SketchWorkflow.Of(SketchWorkflow.Slot()), default)).Code);
    }

    [Fact]
    public async Task No_failure_moves_to_the_next_rule()
    {
        scene.Store.Set(Profiles.Of("off", enabled: false));
        scene.Store.Set(Profiles.Of("other", provider: "elsewhere"));
        foreach (var (name, code) in new[] { ("unknown", WorkflowErrorCodes.ProfileNotFound), ("off", WorkflowErrorCodes.ProfileDisabled), ("other", WorkflowErrorCodes.ProviderMismatch) })
        {
            Assert.Equal(code, (await scene.RefusedAsync(workflow, Call(name))).Code);
            Assert.Equal(code, (await scene.RefusedAsync(workflow, new() { Selections = Input((0, name, null)) })).Code);
            Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, (await scene.RefusedAsync(workflow, Chosen(() => name))).Code);
            Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, (await scene.RefusedAsync(SketchWorkflow.Of(SketchWorkflow.Slot(@default: name)), default)).Code);
            scene.Current = name;
            Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, (await scene.RefusedAsync(SketchWorkflow.Of(SketchWorkflow.Slot()), default)).Code);
        }
    }

    [Fact]
    public async Task ConflictingSelectionsRefused()
    {
        var key = Secret.From(Profiles.NewKey());
        BindRequest[] conflicts =
        [
            new() { Credentials = RunCredentials.For("call"), Selections = Input((0, "input", null)) },
            new() { Credentials = RunCredentials.For("call"), Selections = Input((0, null, key)) },
            new() { Credentials = RunCredentials.For(Credential.ApiKey(Profiles.NewKey())), Selections = Input((0, null, key)) },
            new() { Selections = Input((0, "input", null), (0, null, key)) },
            new() { Selections = Input((0, "input", null), (0, "call", null)) },
        ];

        foreach (var request in conflicts)
        {
            var error = await scene.RefusedAsync(workflow, request);
            Assert.Equal(WorkflowErrorCodes.CredentialConflict, error.Code);
            Assert.DoesNotContain("'input'", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_same_selection_twice_is_one()
    {
        var key = Secret.From(Profiles.NewKey());

        Assert.Equal(CredentialSource.Call, (await scene.BindOneAsync(workflow, new() { Credentials = RunCredentials.For("input"), Selections = Input((0, "input", null)) })).Source);
        Assert.Equal(CredentialSource.Call, (await scene.BindOneAsync(workflow, new() { Credentials = RunCredentials.For(Credential.ApiKey(key)), Selections = Input((0, null, Secret.From(key.Reveal()))) })).Source);
    }

    [Fact]
    public async Task An_unusable_selection_is_refused_though_an_earlier_rule_gives_a_good_one()
    {
        var error = await scene.RefusedAsync(workflow, new() { Credentials = RunCredentials.For("call"), Selections = Input((0, "", null)) });

        Assert.Equal(WorkflowErrorCodes.CredentialInvalid, error.Code);
    }

    [Fact]
    public async Task A_name_that_is_unknown_or_malformed_is_repeated_nowhere()
    {
        var key = "sk-" + Guid.NewGuid().ToString("N");
        foreach (var request in new[] { Call(key), Call("never-heard-of-it"), new() { Selections = Input((0, key, null)) }, Chosen(() => "never-heard-of-it"), Chosen(() => key) })
        {
            var error = await scene.RefusedAsync(workflow, request);
            Assert.DoesNotContain(key, error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("never-heard-of-it", error.ToString(), StringComparison.Ordinal);
            Assert.Null(error.Profile);
        }
    }

    [Fact]
    public async Task A_credential_for_a_workflow_without_slots_is_refused()
    {
        Assert.Equal(WorkflowErrorCodes.CredentialInvalid, (await scene.RefusedAsync(SketchWorkflow.Of(), Call("call"))).Code);
        Assert.Equal(WorkflowErrorCodes.CredentialInvalid, (await scene.RefusedAsync(workflow, new() { Credentials = RunCredentials.PerSlot("call", "call") })).Code);
        Assert.Empty((await scene.BindAsync(SketchWorkflow.Of(), default)).Slots);
    }
}
