using KeyedWorkflows.Cli.Tests.Scene;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>What an operator does with clients' keys.</summary>
public sealed class ProfileTests : IDisposable
{
    private readonly Operator anna = new();

    public void Dispose() => anna.Dispose();

    /// <summary>It may be one of a host's own.</summary>
    /// <summary>Who pastes a line of a .env file would store a key that no provider knows.</summary>
    [Theory]
    [InlineData("OPENAI_API_KEY=", "")]
    [InlineData("KEY_2=", "")]
    [InlineData("OPENAI_API_KEY=\"", "\"")]
    public async Task A_line_of_a_file_of_variables_is_no_key(string before, string after)
    {
        var key = Operator.NewKey();
        await anna.AddProfileAsync("a", "client-a", Operator.NewKey());

        foreach (var (answers, more) in ((Answers, string[])[])[(Answers.Piped(before + key + after + "\n"), ["--key-stdin"]), (Answers.Hidden(before + key + after), [])])
        {
            var refused = (await anna.RunAsync(answers, ["profiles", "rotate", "a", "--force", .. more])).Ends(ExitCodes.Refused).Error;

            Assert.Contains("begins with the name of a variable, as a line of a .env file does: give what stands after the '='", refused, StringComparison.Ordinal);
            Assert.DoesNotContain("OPENAI_API_KEY", refused, StringComparison.Ordinal);
        }
        Canary.IsNotIn(anna.Everything, key);
    }

    [Theory]
    [InlineData("", "==")]
    [InlineData("Key_a=", "")]
    [InlineData("KEY=", "")]
    [InlineData("A_-b=", "")]
    public async Task A_key_may_hold_what_stands_between_a_variable_and_its_value(string before, string after)
    {
        await anna.AddProfileAsync("a", "client-a", before + Operator.NewKey() + after);

        Assert.Single((await anna.RunAsync("profiles", "list", "--json")).Succeeds().Json["profiles"]!.AsArray());
    }

    [Fact]
    public async Task A_trial_says_beside_the_store_what_it_says_over_http()
    {
        await anna.AddProfileAsync("a", "client-a", Operator.NewKey(), "--endpoint", "http://127.0.0.1:1");

        var trial = (await anna.RunAsync("profiles", "test", "a", "--json")).Ends(ExitCodes.Refused).Json["trial"]!.AsObject();

        Assert.Equal(["ok", "model", "error_code", "error", "provider_status", "provider_request_id", "elapsed_ms"], trial.Select(static member => member.Key));
        Assert.Null(trial["provider_status"]);
    }

    [Fact]
    public async Task A_provider_that_is_not_known_is_warned_of()
    {
        var odd = (await anna.RunAsync(Answers.Hidden(Operator.NewKey()), "profiles", "add", "client_a", "--tenant", "client-a", "--provider", "opnai")).Succeeds();
        var known = (await anna.RunAsync(Answers.Hidden(Operator.NewKey()), "profiles", "add", "client_b", "--tenant", "client-a", "--provider", "openai")).Succeeds();

        Assert.Contains("Did you mean 'openai'? It may be one of the host's own", odd.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Warning", known.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_where_keys_travel_in_the_open_is_warned_of()
    {
        var open = (await anna.RunAsync(Answers.Hidden(Operator.NewKey()), "profiles", "add", "a", "--endpoint", "http://10.1.2.3/v1")).Succeeds();
        var near = (await anna.RunAsync(Answers.Hidden(Operator.NewKey()), "profiles", "add", "b", "--endpoint", "http://127.0.0.1:8080/v1")).Succeeds();
        var closed = (await anna.RunAsync(Answers.Hidden(Operator.NewKey()), "profiles", "add", "c", "--endpoint", "https://llm.example.com/v1")).Succeeds();

        Assert.Contains("Warning: the endpoint is plain http on another machine", open.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Warning", near.Error + closed.Error, StringComparison.Ordinal);
    }

    /// <summary>It would be told by runs that are refused.</summary>
    [Fact]
    public async Task A_second_payer_of_a_tenant_is_warned_of()
    {
        const string Warning = "Warning: tenant 'client-a' has several enabled profiles of provider 'openai': {0}. Its runs that name no profile, as those of a token that is pinned to it, are refused: disable all but one";
        static string Of(string names) => Warning.Replace("{0}", names, StringComparison.Ordinal);
        static Answers Key() => Answers.Hidden(Operator.NewKey());

        var first = (await anna.RunAsync(Key(), "profiles", "add", "a", "--tenant", "client-a")).Succeeds();
        var second = (await anna.RunAsync(Key(), "profiles", "add", "b", "--tenant", "client-a")).Succeeds();
        (await anna.RunAsync("profiles", "disable", "b")).Succeeds();
        var others = (await anna.RunAsync(Key(), "profiles", "add", "c", "--tenant", "client-c")).Succeeds();
        var disabled = (await anna.RunAsync(Key(), "profiles", "add", "d", "--tenant", "client-a", "--disabled")).Succeeds();
        var own = (await anna.RunAsync(Key(), "profiles", "add", "e")).Succeeds();
        var all = (await anna.RunAsync("profiles", "enable", "a", "b", "c", "d")).Succeeds();
        var again = (await anna.RunAsync("profiles", "enable", "--all")).Succeeds();
        (await anna.RunAsync("profiles", "disable", "b", "d")).Succeeds();
        var updated = (await anna.RunAsync("profiles", "update", "d", "--enable")).Succeeds();
        var imported = (await anna.RunAsync(Answers.Piped($$"""{"clients":[{"profile":{"name":"f","tenant":"client-a","provider":"openai","api_key":"{{Operator.NewKey()}}"} }]}"""), "profiles", "import", "-")).Succeeds();

        Assert.Contains(Of("a, b"), second.Error, StringComparison.Ordinal);
        Assert.Contains(Of("a, b, d"), all.Error, StringComparison.Ordinal);
        Assert.Contains(Of("a, d"), updated.Error, StringComparison.Ordinal);
        Assert.Contains(Of("a, d, f"), imported.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Warning", first.Error + others.Error + disabled.Error + own.Error + again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_without_a_key_is_warned_of_and_gets_one()
    {
        await anna.AddProfileAsync("a", "client-a", Operator.NewKey());
        (await anna.RunAsync("profiles", "list", "--json")).Succeeds();
        File.WriteAllText(Path.Combine(anna.Work, "export.json"), (await anna.RunAsync("profiles", "export")).Succeeds().Output);
        (await anna.RunAsync("profiles", "delete", "a", "--yes")).Succeeds();
        (await anna.RunAsync("profiles", "import", "export.json")).Succeeds();

        var enabled = (await anna.RunAsync("profiles", "enable", "a")).Succeeds();
        (await anna.RunAsync("profiles", "disable", "a")).Succeeds();
        var rotated = (await anna.RunAsync(Answers.Hidden(Operator.NewKey()), "profiles", "rotate", "a", "--force")).Succeeds();
        var again = (await anna.RunAsync("profiles", "enable", "a")).Succeeds();

        Assert.Contains("Warning: profile 'a' is enabled and has no key: runs that it is to pay for are refused. Give it one with: workflows profiles rotate a", enabled.Error, StringComparison.Ordinal);
        Assert.Matches("^Profile 'a' has a key now: [0-9a-f]{16}\\. It is disabled: workflows profiles enable a\n$", rotated.Output);
        Assert.DoesNotContain("Warning", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trial_without_a_model_to_ask_is_refused_before_the_key_is_asked_for()
    {
        Assert.Contains("--test asks a model one question, and none is named", (await anna.RunAsync("profiles", "add", "a", "--test")).Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);

        Assert.False(Directory.Exists(anna.Store));
    }

    [Fact]
    public async Task A_profile_is_added_listed_and_shown_without_its_key()
    {
        var key = Operator.NewKey();

        var added = (await anna.RunAsync(Answers.Hidden(key), "profiles", "add", "client_a_openai", "--tenant", "client-a", "--model", "gpt-4o-mini", "--label", "team=blue", "--map", "gpt-4o=big")).Succeeds();

        Assert.StartsWith("Profile 'client_a_openai' is stored. Its key shows as ", added.Output, StringComparison.Ordinal);
        var listed = (await anna.RunAsync("profiles", "list")).Succeeds().Output.Split('\n');
        Assert.StartsWith("NAME             TENANT    PROVIDER  MODEL        STATE    KEY", listed[0], StringComparison.Ordinal);
        Assert.StartsWith("client_a_openai  client-a  openai    gpt-4o-mini  enabled  ", listed[1], StringComparison.Ordinal);
        var shown = (await anna.RunAsync("profiles", "show", "client_a_openai", "--json")).Succeeds().Json;
        Assert.Equal("client-a", (string?)shown["tenant"]);
        Assert.Equal("blue", (string?)shown["labels"]!["team"]);
        Assert.Equal("big", (string?)shown["models"]!["gpt-4o"]);
        Assert.Equal(16, ((string)shown["key_fingerprint"]!).Length);
        Assert.Equal((string?)shown["id"], (string?)(await anna.RunAsync("profiles", "show", (string)shown["id"]!, "--json")).Json["id"]);
        Canary.IsNotIn(anna.Everything, key);
        Canary.IsInNoFile(anna.Root, key);
    }

    [Fact]
    public async Task A_key_comes_from_standard_input_with_white_space_and_a_line_break_at_its_ends()
    {
        var key = Operator.NewKey();

        (await anna.RunAsync(Answers.Piped($"\uFEFF  {key}\r\n"), "profiles", "add", "a", "--key-stdin")).Succeeds();
        var first = (string?)(await anna.RunAsync("profiles", "show", "a", "--json")).Json["key_fingerprint"];
        (await anna.RunAsync(Answers.Piped(key), "profiles", "rotate", "a", "--key-stdin", "--force")).Succeeds();

        Assert.Equal(first, (string?)(await anna.RunAsync("profiles", "show", "a", "--json")).Json["key_fingerprint"]);
    }

    [Theory]
    [InlineData("", "No key was given")]
    [InlineData("   \n", "No key was given")]
    [InlineData("\"{0}\"", "Quotation marks")]
    [InlineData("'{0}'", "Quotation marks")]
    [InlineData("“{0}”", "Quotation marks")]
    [InlineData("{0}\n{0}", "several lines")]
    [InlineData("{0}\r\nX-Api-Key: {0}", "several lines")]
    [InlineData("Bearer {0}", "printable ASCII characters without spaces")]
    [InlineData("{0}é", "printable ASCII characters without spaces")]
    [InlineData("(secret)", "what JSON shows in a key's place")]
    public async Task What_is_no_key_is_refused_and_not_repeated(string form, string sentence)
    {
        var key = Operator.NewKey();
        var given = form.Replace("{0}", key, StringComparison.Ordinal);

        var typed = await anna.RunAsync(Answers.Hidden(given), "profiles", "add", "client_a");
        var piped = await anna.RunAsync(Answers.Piped(given), "profiles", "add", "client_a", "--key-stdin");

        Assert.Contains(sentence, typed.Ends(ExitCodes.Refused).Error, StringComparison.Ordinal);
        Assert.Contains(sentence, piped.Ends(ExitCodes.Refused).Error, StringComparison.Ordinal);
        Assert.Empty((await anna.RunAsync("profiles", "list", "--json")).Succeeds().Json["profiles"]!.AsArray());
        Canary.IsNotIn(anna.Everything, key);
    }

    /// <summary>Where <c>--key-stdin</c> is left out, a script would wait for somebody who is not there.</summary>
    [Fact]
    public async Task A_key_is_asked_for_at_a_terminal_alone()
    {
        var ran = await anna.RunAsync(Answers.Piped(Operator.NewKey()), "profiles", "add", "client_a");

        Assert.Contains("--key-stdin", ran.Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_malformed_is_refused_before_a_key_is_asked_for()
    {
        foreach (var name in (string[])["Client A", "-client", "client/a", "clientä", new string('a', 65)])
        {
            var ran = await anna.RunAsync("profiles", "add", name);
            Assert.DoesNotContain(name, ran.Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(anna.Store));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_said_before_a_key_is_asked_for()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());

        var again = await anna.RunAsync("profiles", "add", "client_a");

        Assert.Contains("There is a profile 'client_a' already", again.Ends(ExitCodes.Conflict).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_that_is_not_there_is_not_repeated_and_the_nearest_is_named()
    {
        await anna.AddProfileAsync("client_a_openai", "client-a", Operator.NewKey());

        var near = await anna.RunAsync("profiles", "show", "client_a_opnai");
        var far = await anna.RunAsync("profiles", "show", "quite-another");

        Assert.Equal("There is no such profile. Did you mean 'client_a_openai'?\n", near.Ends(ExitCodes.NotFound).Error);
        Assert.Equal("There is no such profile. See: workflows profiles list\n", far.Ends(ExitCodes.NotFound).Error);
    }

    [Fact]
    public async Task A_key_is_tried_before_it_takes_the_place_of_the_old_one()
    {
        await using var models = await ModelServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var (old, wrong, right) = (Operator.NewKey(), Operator.NewKey(), Operator.NewKey());
        models.Keys.Add(old);
        models.Keys.Add(right);
        anna.Set("KEYEDWORKFLOWS_OPENAI_ENDPOINT", models.Endpoint.AbsoluteUri);
        await anna.AddProfileAsync("client_a", "client-a", old);
        var before = (string?)(await anna.RunAsync("profiles", "show", "client_a", "--json")).Json["key_fingerprint"];

        var refused = await anna.RunAsync(Answers.Hidden(wrong), "profiles", "rotate", "client_a");
        var kept = (string?)(await anna.RunAsync("profiles", "show", "client_a", "--json")).Json["key_fingerprint"];
        var taken = (await anna.RunAsync(Answers.Hidden(right), "profiles", "rotate", "client_a")).Succeeds();

        Assert.Contains("keeps the key that it has", refused.Ends(ExitCodes.Refused).Error, StringComparison.Ordinal);
        Assert.Equal(before, kept);
        Assert.Contains($"before {before}", taken.Output, StringComparison.Ordinal);
        (await anna.RunAsync("profiles", "test", "client_a")).Succeeds();
        (await anna.RunAsync(Answers.Hidden(wrong), "profiles", "rotate", "client_a", "--force")).Succeeds();
        var broken = await anna.RunAsync("profiles", "test", "client_a", "--json");
        Assert.False((bool)broken.Ends(ExitCodes.Refused).Json["trial"]!["ok"]!);
        Assert.Equal(WorkflowErrorCodes.Unauthorized, (string?)broken.Json["trial"]!["error_code"]);
        Canary.IsNotIn(anna.Everything, old, wrong, right);
    }

    [Fact]
    public async Task A_profile_whose_key_does_not_work_is_stored_and_disabled_when_it_is_tried()
    {
        await using var models = await ModelServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var key = Operator.NewKey();
        models.Keys.Add(key);
        anna.Set("KEYEDWORKFLOWS_OPENAI_ENDPOINT", models.Endpoint.AbsoluteUri);

        (await anna.RunAsync(Answers.Hidden(key), "profiles", "add", "good", "--model", "gpt-4o-mini", "--test")).Succeeds();
        (await anna.RunAsync(Answers.Hidden(Operator.NewKey()), "profiles", "add", "bad", "--model", "gpt-4o-mini", "--test")).Ends(ExitCodes.Refused);

        Assert.True((bool)(await anna.RunAsync("profiles", "show", "good", "--json")).Json["enabled"]!);
        Assert.False((bool)(await anna.RunAsync("profiles", "show", "bad", "--json")).Json["enabled"]!);
    }

    [Fact]
    public async Task A_reference_is_stored_in_the_place_of_a_key_and_nothing_is_asked_for()
    {
        (await anna.RunAsync("profiles", "add", "by_env", "--tenant", "client-a", "--key-reference", "env:KEYEDWORKFLOWS_SECRET_A", "--model", "gpt-4o-mini")).Succeeds();
        (await anna.RunAsync("profiles", "add", "by_file", "--key-reference", "file:client-a")).Succeeds();
        (await anna.RunAsync("profiles", "add", "by_vault", "--key-reference", "azure-kv:https://acme.vault.azure.net/secrets/client-a")).Succeeds();
        await anna.AddProfileAsync("by_key", "client-b", Operator.NewKey());
        var changed = (await anna.RunAsync("profiles", "rotate", "by_key", "--key-reference", "env:KEYEDWORKFLOWS_SECRET_B", "--json")).Succeeds().Json;

        Assert.Equal("env:KEYEDWORKFLOWS_SECRET_A", (string?)(await anna.RunAsync("profiles", "show", "by_env", "--json")).Json["key_reference"]);
        Assert.Equal(("env:KEYEDWORKFLOWS_SECRET_B", null), ((string?)changed["key_reference"], (string?)changed["key_fingerprint"]));
        var random = Guid.NewGuid().ToString("N");
        foreach (var malformed in (string[])[random, "env:" + random, "env:", "file:../" + random, "file:", "azure-kv:http://" + random, "vault:" + random])
            (await anna.RunAsync("profiles", "add", "a", "--key-reference", malformed)).Ends(ExitCodes.Usage);
        (await anna.RunAsync("profiles", "add", "a", "--key-reference", "file:a", "--key-stdin")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("profiles", "add", "a", "--key-reference", "file:a", "--test")).Ends(ExitCodes.Usage);
        Assert.Contains("its host alone reads", (await anna.RunAsync("profiles", "test", "by_env")).Ends(ExitCodes.Refused).Error, StringComparison.Ordinal);
        Canary.IsNotIn(anna.Everything, random);
    }

    /// <summary>What it referred to need not be read for that.</summary>
    [Fact]
    public async Task A_key_in_the_place_of_a_reference_is_tried_as_any_and_a_refused_one_is_in_the_audit()
    {
        var (key, wrong) = (Operator.NewKey(), Operator.NewKey());
        await using var models = await ModelServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        models.Keys.Add(key);
        anna.Set("KEYEDWORKFLOWS_OPENAI_ENDPOINT", models.Endpoint.AbsoluteUri);
        (await anna.RunAsync("profiles", "add", "client_a", "--tenant", "client-a", "--key-reference", "env:KEYEDWORKFLOWS_SECRET_A", "--model", "gpt-4o-mini")).Succeeds();

        (await anna.RunAsync(Answers.Hidden(wrong), "profiles", "rotate", "client_a")).Ends(ExitCodes.Refused);
        (await anna.RunAsync(Answers.Hidden(key), "profiles", "rotate", "client_a")).Succeeds();

        Assert.Null((string?)(await anna.RunAsync("profiles", "show", "client_a", "--json")).Json["key_reference"]);
        Assert.Contains((await anna.RunAsync("audit", "list", "--json")).Succeeds().Json["entries"]!.AsArray(), static entry => (string?)entry!["action"] == "profile.rotate" && (string?)entry["outcome"] == "key_refused");
    }

    [Fact]
    public async Task Headers_are_asked_for_as_keys_are_and_shown_by_their_names()
    {
        var (key, one, two) = (Operator.NewKey(), Operator.NewKey(), Operator.NewKey());
        Queue<string> typed = new([key, one]);

        (await anna.RunAsync(new Answers { HiddenAsync = _ => Task.FromResult(typed.Dequeue()) }, "profiles", "add", "typed", "--header", "X-Team")).Succeeds();
        (await anna.RunAsync(Answers.Piped($"{key}\n{one}\n{two}\n"), "profiles", "add", "piped", "--key-stdin", "--header", "X-Team", "--header", "X-Cost")).Succeeds();
        Assert.Contains("has 1 lines, and 2 are asked for", (await anna.RunAsync(Answers.Piped(key), "profiles", "add", "a", "--key-stdin", "--header", "X-Team")).Ends(ExitCodes.Refused).Error, StringComparison.Ordinal);
        (await anna.RunAsync("profiles", "add", "a", "--header", "Host")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("profiles", "add", "a", "--header", "X-Team", "--header", "x-team")).Ends(ExitCodes.Usage);

        Assert.Equal(["X-Team"], await HeadersAsync("typed"));
        Assert.Equal(["X-Cost", "X-Team"], await HeadersAsync("piped"));
        (await anna.RunAsync(Answers.Hidden(two), "profiles", "update", "piped", "--header", "X-Other")).Succeeds();
        Assert.Equal(["X-Other"], await HeadersAsync("piped"));
        (await anna.RunAsync("profiles", "update", "piped", "--no-headers")).Succeeds();
        Assert.Empty(await HeadersAsync("piped"));
        Canary.IsNotIn(anna.Everything, key, one, two);
        Canary.IsInNoFile(anna.Root, key, one, two);

        async Task<string[]> HeadersAsync(string profile) => [.. (await anna.RunAsync("profiles", "show", profile, "--json")).Json["header_names"]!.AsArray().Select(static name => (string)name!)];
    }

    [Fact]
    public async Task What_needs_no_key_is_changed_and_the_rest_stays()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey(), "--label", "team=blue", "--label", "trial=yes", "--map", "gpt-4o=big", "--project", "p1");
        (await anna.RunAsync("limits", "set", "client_a", "--day-tokens", "5")).Succeeds();
        var before = (await anna.RunAsync("profiles", "show", "client_a", "--json")).Json;

        (await anna.RunAsync("profiles", "update", "client_a", "--model", "gpt-4o", "--label", "team=red", "--label", "trial=", "--map", "GPT-4o=", "--map", "small=mini", "--concurrent-runs", "3", "--project", "none", "--disable")).Succeeds();

        var after = (await anna.RunAsync("profiles", "show", "client_a", "--json")).Json;
        Assert.Equal("gpt-4o", (string?)after["model"]);
        Assert.Equal("""{"team":"red"}""", after["labels"]!.ToJsonString());
        Assert.Equal("""{"small":"mini"}""", after["models"]!.ToJsonString());
        Assert.Equal((3, null, false), ((int?)after["concurrent_runs"], (string?)after["project"], (bool)after["enabled"]!));
        Assert.Equal(before["limits"]!.ToJsonString(), after["limits"]!.ToJsonString());
        Assert.Equal(((string?)before["key_fingerprint"], "client-a"), ((string?)after["key_fingerprint"], (string?)after["tenant"]));
        (await anna.RunAsync("profiles", "update", "client_a")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("profiles", "update", "client_a", "--concurrent-runs", "0")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("profiles", "update", "client_a", "--enable", "--disable")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("profiles", "update", "client_a", "--label", "x")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("profiles", "update", "nobody", "--enable")).Ends(ExitCodes.NotFound);
    }

    [Fact]
    public async Task Names_of_labels_do_not_move_the_terminals_cursor()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey(), "--label", "a\u001b[31m=x");

        Assert.Contains("label a·[31m", (await anna.RunAsync("profiles", "show", "client_a")).Succeeds().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_the_product_is_not_taken_for_a_key()
    {
        var random = (Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N"))[..43];
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());

        Assert.Contains("a token of runs", (await anna.RunAsync(Answers.Hidden("app-" + random), "profiles", "add", "a")).Ends(ExitCodes.Refused).Error, StringComparison.Ordinal);
        Assert.Contains("a token of administration", (await anna.RunAsync(Answers.Piped("adm-" + random), "profiles", "add", "a", "--key-stdin")).Ends(ExitCodes.Refused).Error, StringComparison.Ordinal);
        Assert.Contains("a callback secret", (await anna.RunAsync(Answers.Hidden("whsec_" + random), "profiles", "rotate", "client_a")).Ends(ExitCodes.Refused).Error, StringComparison.Ordinal);

        Assert.Equal(["client_a"], await EnabledAsync());
        Canary.IsNotIn(anna.Everything, random);
    }

    [Fact]
    public async Task Profiles_are_disabled_and_enabled_by_name_by_tenant_and_all()
    {
        await anna.AddProfileAsync("a1", "client-a", Operator.NewKey());
        await anna.AddProfileAsync("a2", "client-a", Operator.NewKey());
        await anna.AddProfileAsync("b1", "client-b", Operator.NewKey());

        Assert.Equal("Disabled: a1, a2.\n", (await anna.RunAsync("profiles", "disable", "--tenant", "client-a")).Succeeds().Output);
        Assert.Equal(["b1"], await EnabledAsync());
        Assert.Equal("Enabled: a2.\n", (await anna.RunAsync("profiles", "enable", "a2")).Succeeds().Output);
        Assert.Equal(["a2", "b1"], await EnabledAsync());
        (await anna.RunAsync("profiles", "disable", "--all")).Succeeds();
        Assert.Empty(await EnabledAsync());
        (await anna.RunAsync("profiles", "enable", "--all", "a1")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("profiles", "enable")).Ends(ExitCodes.Usage);
    }

    /// <summary>All names are looked up before one is changed.</summary>
    [Fact]
    public async Task One_unknown_name_among_several_changes_nothing()
    {
        await anna.AddProfileAsync("a1", "client-a", Operator.NewKey());

        (await anna.RunAsync("profiles", "disable", "a1", "nobody")).Ends(ExitCodes.NotFound);

        Assert.Equal(["a1"], await EnabledAsync());
    }

    [Fact]
    public async Task A_profile_is_deleted_when_its_name_was_typed_again_or_yes_was_said()
    {
        await anna.AddProfileAsync("a1", "client-a", Operator.NewKey());
        await anna.AddProfileAsync("a2", "client-a", Operator.NewKey());

        (await anna.RunAsync(Answers.Line("yes"), "profiles", "delete", "a1")).Ends(ExitCodes.Refused);
        (await anna.RunAsync(Answers.Piped("a1"), "profiles", "delete", "a1")).Ends(ExitCodes.Usage);
        Assert.Equal(["a1", "a2"], await EnabledAsync());
        (await anna.RunAsync(Answers.Line("a1"), "profiles", "delete", "a1")).Succeeds();
        (await anna.RunAsync(Answers.Piped(""), "profiles", "delete", "a2", "--yes", "--json")).Succeeds();

        Assert.Empty(await EnabledAsync());
        (await anna.RunAsync("profiles", "delete", "a1", "--yes")).Ends(ExitCodes.NotFound);
    }

    [Fact]
    public async Task Ctrl_C_at_the_prompt_stores_nothing()
    {
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var asked = new Answers
        {
            HiddenAsync = async end =>
            {
                await interrupt.CancelAsync();
                await Task.Delay(Timeout.Infinite, end);
                return "";
            },
        };

        var ran = await anna.RunAsync(asked, interrupt.Token, "profiles", "add", "client_a");

        ran.Ends(ExitCodes.Interrupted);
        Assert.Empty((await anna.RunAsync("profiles", "list", "--json")).Json["profiles"]!.AsArray());
    }

    private async Task<string[]> EnabledAsync() =>
        [.. (await anna.RunAsync("profiles", "list", "--json")).Succeeds().Json["profiles"]!.AsArray().Where(static profile => (bool)profile!["enabled"]!).Select(static profile => (string)profile!["name"]!)];
}
