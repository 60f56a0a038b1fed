using System.Net;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>A key where none belongs: in a field that is kept with the run, or in the place of a name.</summary>
public sealed class MisplacedKeyTests
{
    private static JsonObject Hello => new() { ["text"] = "Hello" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KeyAsProfileNameIsEchoedNowhere()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync(Draft("keyed", "chosen", "two-slots") with { Tenants = ["acme"] });
        var key = Canary.Key();
        foreach (var given in new[] { key, key.ToLowerInvariant(), "client_" + key, ServerScene.NewKey() })
        {
            (string Workflow, Action<JsonObject> Select)[] places =
            [
                ("keyed", body => body["credential_profile"] = given),
                ("keyed", body => body["credential_id"] = given),
                ("keyed", body => body["credential_tenant"] = given),
                ("keyed", body => body["inputs"]!["profile_name"] = given),
                ("keyed", body => { body["credential_profile"] = "acme_openai"; body["options"] = new JsonObject { ["tenant"] = given }; }),
                ("chosen", body => body["inputs"]!["region"] = given),
                ("two-slots", body => body["credentials"] = new JsonObject { ["write"] = new JsonObject { ["credential_profile"] = given }, ["check"] = new JsonObject { ["credential_profile"] = given } }),
                ("two-slots", body => body["credentials"] = new JsonObject { [given] = new JsonObject { ["credential_profile"] = "acme_openai" } }),
            ];
            foreach (var (workflow, select) in places)
            {
                foreach (var verb in new[] { "run", "explain" })
                {
                    var answer = await client.RunAsync(Hello, select, $"workflows/{workflow}/{verb}");
                    Assert.NotEqual(HttpStatusCode.InternalServerError, answer.Status);
                    await scene.AssertNothingHappenedAsync(client, answer, given);
                }
            }
        }
        Assert.DoesNotContain(key, await AllOfStore.ReadAsync(scene), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>It is kept with the run, and shown with it.</summary>
    [Fact]
    public async Task KeyAsUserIsRefused()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync(Draft("keyed") with { Tenants = ["acme"] });
        var key = Canary.Key();

        var answer = await client.RunAsync(Hello, body => { body["credential_profile"] = "acme_openai"; body["user"] = key; });

        await scene.AssertNothingHappenedAsync(client, answer.AssertError(400, "invalid_param"), key);
    }

    /// <summary>Labels, too, are kept with the run, and shown with it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task KeyInLabelsIsRefused(bool isName)
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync(Draft("keyed") with { Tenants = ["acme"] });
        var key = Canary.Key();

        var answer = await client.RunAsync(Hello, body => { body["credential_profile"] = "acme_openai"; body["options"] = new JsonObject { ["labels"] = new JsonObject { [isName ? key : "ticket"] = isName ? "T-1" : key } }; });

        await scene.AssertNothingHappenedAsync(client, answer.AssertError(400, "invalid_param"), key);
    }

    public static TheoryData<string, string> PlacesOfKeys => new(
        from given in (string[])["api_key", "credentials", "model_api_key"]
        from place in (string[])["user", "label", "label's name", "tenant", "callback", "encoded callback", "text"]
        select (given, place));

    /// <summary>A key of no known form is known by being the one that is given for the run: in a field of the request, for one slot, or in the input.</summary>
    [Theory]
    [MemberData(nameof(PlacesOfKeys))]
    public async Task KeyOfTheRunInAFieldThatIsKeptIsRefused(string given, string where)
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync(Draft("keyed") with { MaySendKey = true });
        var key = Canary.Word();

        foreach (var (path, mode) in new[] { ("workflows/run", "blocking"), ("workflows/keyed/run", "streaming"), ("workflows/run", "async"), ("workflows/explain", "blocking") })
        {
            var answer = await client.RunAsync(Hello, body => { GiveKey(body, given, key); Repeat(body, where, key); body["response_mode"] = mode; }, path);

            Assert.Contains($"'{FieldOf(where)}'", answer.AssertError(400, "invalid_param").Text, StringComparison.Ordinal);
            await scene.AssertNothingHappenedAsync(client, answer, key);
        }
        Assert.DoesNotContain(key, await AllOfStore.ReadAsync(scene), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A file that is fetched is called by the last part of its address, as that reads without escapes.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task KeyOfTheRunInTheAddressOfAFileIsRefused(bool isEscaped)
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync(Draft("reader") with { MaySendKey = true });
        var key = Canary.Word();
        var name = isEscaped ? $"%{(int)key[0]:x2}{key[1..]}" : key;

        var answer = await client.RunAsync(
            new() { ["document"] = new JsonObject { ["type"] = "document", ["transfer_method"] = "remote_url", ["url"] = $"https://files.example/{name}.txt" } }, body => body["api_key"] = key);

        Assert.Contains("'inputs'", answer.AssertError(400, "invalid_param").Text, StringComparison.Ordinal);
        await scene.AssertNothingHappenedAsync(client, answer, key, name);
    }

    /// <summary>Of its name only what can be shown is kept: what is left out may have stood within the key.</summary>
    [Theory]
    [InlineData(";")]
    [InlineData("%01")]
    [InlineData("*")]
    public async Task KeyOfTheRunThatAFilesNameComesToIsRefused(string between)
    {
        var network = new HeldNetwork();
        network.Answer.SetResult("its content");
        await using var scene = await ServerScene.StartAsync(new() { Services = services => services.AddKeyedSingleton(FetchUse.Files, (_, _) => new Fetcher(network)) });
        using var client = await scene.AddTokenAsync(Draft("reader") with { MaySendKey = true });
        var key = Canary.Word();

        var answer = await client.RunAsync(
            new() { ["document"] = new JsonObject { ["type"] = "document", ["transfer_method"] = "remote_url", ["url"] = $"https://files.example/{key[..9]}{between}{key[9..]}.txt" } }, body => body["api_key"] = key);

        Assert.Contains("'inputs'", answer.AssertError(400, "invalid_param").Text, StringComparison.Ordinal);
        await scene.AssertNothingHappenedAsync(client, answer, key);
    }

    /// <summary>It was called so before anybody could know that it is a key.</summary>
    [Fact]
    public async Task KeyOfTheRunAsAnUploadsNameIsRefused()
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync(Draft("reader") with { MaySendKey = true });
        var key = Canary.Word();
        using var body = new MultipartFormDataContent { { new ByteArrayContent("its content"u8.ToArray()), "file", key + ".txt" }, { new StringContent("someone"), "user" } };
        using var uploaded = await client.Http.PostAsync("files/upload", body, Token);
        var upload = (string?)(await TestAnswer.OfAsync(uploaded)).Json["id"];

        var answer = await client.RunAsync(new() { ["document"] = new JsonObject { ["type"] = "document", ["transfer_method"] = "local_file", ["upload_file_id"] = upload } }, body => body["api_key"] = key);

        Assert.Contains("'inputs'", answer.AssertError(400, "invalid_param").Text, StringComparison.Ordinal);
        await scene.AssertNothingHappenedAsync(client, answer, key);
    }

    /// <summary>A callback's address is kept as it is called, and shown: who reads it may take the escapes out.</summary>
    [Fact]
    public async Task KeyOfTheRunThatIsEscapedInPartsOfACallbackIsRefused()
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync(Draft("keyed") with { MaySendKey = true });
        var word = Canary.Word();
        var key = word + "!x+y!" + word;

        var answer = await client.RunAsync(Hello, body => { body["api_key"] = key; body["callback_url"] = $"https://hooks.example.com/{word}%21x+y!{word}"; });

        Assert.Contains("'callback_url'", answer.AssertError(400, "invalid_param").Text, StringComparison.Ordinal);
        await scene.AssertNothingHappenedAsync(client, answer, key, word);
    }

    private static string FieldOf(string where) => where switch { "label" or "label's name" => "options.labels", "tenant" => "options.tenant", "callback" or "encoded callback" => "callback_url", "text" => "inputs", _ => where };

    private static void GiveKey(JsonObject body, string given, string key)
    {
        if (given == "api_key")
            body["api_key"] = key;
        else if (given == "credentials")
            body["credentials"] = new JsonObject { ["main"] = new JsonObject { ["api_key"] = key } };
        else
            body["inputs"]!["model_api_key"] = key;
    }

    private static void Repeat(JsonObject body, string where, string key)
    {
        switch (where)
        {
            case "user":
                body["user"] = "user-" + key;
                break;
            case "label":
                body["options"] = new JsonObject { ["labels"] = new JsonObject { ["ticket"] = key } };
                break;
            case "label's name":
                body["options"] = new JsonObject { ["labels"] = new JsonObject { [key] = "ticket" } };
                break;
            case "tenant":
                body["options"] = new JsonObject { ["tenant"] = key };
                break;
            case "callback":
                body["callback_url"] = "https://hooks.example.com/" + key;
                break;
            case "encoded callback":
                body["callback_url"] = $"https://hooks.example.com/%{(int)key[0]:x2}{key[1..]}";
                break;
            default:
                body["inputs"]!["text"] = $"Hello, my key is {key}.";
                break;
        }
    }

    private static TokenDraft Draft(params string[] workflows) => new() { Name = "token-" + Guid.NewGuid().ToString("N"), Workflows = workflows };
}
