using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.Server.Tests.Administration;

/// <summary>References to keys, over HTTP: administration cannot drain keys, unless the host lets it store references.</summary>
public sealed class ReferenceTests : IDisposable
{
    private readonly string secrets = Directory.CreateTempSubdirectory("kw-secrets-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(secrets, recursive: true);

    [Fact]
    public async Task Administrators_store_no_references_unless_the_host_lets_them()
    {
        File.WriteAllText(Path.Combine(secrets, "acme"), ServerScene.NewKey());
        await using var scene = await AdministrationScene.StartAsync(options: new() { Storage = storage => storage.SecretReferences.FileDirectory = secrets });
        var ofOperator = await scene.Server.Profiles.As(new AuditActor("operator", "olga")).CreateAsync(new() { Name = "present", Tenant = "acme", Provider = "openai", KeyReference = "file:acme" }, Cancel);
        var body = new JsonObject { ["name"] = "acme_openai", ["tenant"] = "acme", ["provider"] = "openai", ["key_reference"] = "file:acme" };

        var answer = await scene.Admin.PostAsync("profiles", body);
        answer.AssertError(422, "reference_refused");
        Assert.DoesNotContain("file:acme", answer.Text, StringComparison.Ordinal);
        (await scene.Admin.PatchAsync("profiles/" + ofOperator.Id, new JsonObject { ["key_reference"] = "file:other" })).AssertError(422, "reference_refused");
        (await scene.Admin.PostAsync("bulk", new JsonObject { ["clients"] = new JsonArray(new JsonObject { ["profile"] = body.DeepClone() }) })).AssertError(422, "bulk_refused");

        // The reference that is there is shown, stays where other fields change, and is not sent elsewhere.
        var patched = (await scene.Admin.PatchAsync("profiles/" + ofOperator.Id, new JsonObject { ["model"] = "gpt-4o" })).Done();
        Assert.Equal(("file:acme", null), ((string?)patched["key_reference"], (string?)patched["key_fingerprint"]));
        (await scene.Admin.PatchAsync("profiles/" + ofOperator.Id, new JsonObject { ["endpoint"] = "https://elsewhere.example/v1" })).AssertError(422, "key_required");
    }

    [Fact]
    public async Task Where_the_host_lets_them_references_are_stored_tried_and_replaced_by_keys()
    {
        var key = ServerScene.NewKey();
        File.WriteAllText(Path.Combine(secrets, "acme"), key);
        await using var scene = await AdministrationScene.StartAsync(options: new()
        {
            Storage = storage =>
            {
                storage.SecretReferences.FileDirectory = secrets;
                storage.SecretReferences.AllowFromAdministrationApi = true;
            },
        });
        scene.Server.Models.Keys.Add(key);
        scene.Server.Models.Answer("ok");

        var made = (await scene.Admin.PostAsync("profiles", new JsonObject { ["name"] = "acme_openai", ["tenant"] = "acme", ["provider"] = "openai", ["model"] = "gpt-4o", ["key_reference"] = "file:acme" })).Done(201);
        var path = "profiles/" + (string?)made["id"];
        Assert.Equal("file:acme", (string?)made["key_reference"]);
        Assert.True((bool?)(await scene.Admin.PostAsync(path + "/test")).Done()["trial"]!["ok"]);

        // Also one that is disabled, since it is not to be used before it was tried.
        (await scene.Admin.PostAsync(path + "/disable")).Done();
        Assert.True((bool?)(await scene.Admin.PostAsync(path + "/test")).Done()["trial"]!["ok"]);
        (await scene.Admin.PostAsync(path + "/enable")).Done();
        using var client = await scene.Server.AddTokenAsync("acme", "keyed");
        (await client.RunAsync(new() { ["text"] = "Hello" }, static body => body["credential_tenant"] = "acme")).AssertSucceeded();

        File.Delete(Path.Combine(secrets, "acme"));
        var refused = await client.RunAsync(new() { ["text"] = "Hello" }, static body => body["credential_tenant"] = "acme");
        refused.AssertError(400, "provider_not_initialize");
        Assert.Contains("secret_unavailable", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secrets, refused.Text, StringComparison.Ordinal);
        Assert.Equal("secret_unavailable", (string?)(await scene.Admin.PostAsync(path + "/test")).Done()["trial"]!["error_code"]);

        var next = ServerScene.NewKey();
        scene.Server.Models.Keys.Add(next);
        var rotated = (await scene.Admin.PostAsync(path + "/rotate", new JsonObject { ["api_key"] = next })).Done();
        Assert.Null((string?)rotated["key_reference"]);
        Assert.NotNull((string?)rotated["key_fingerprint"]);
        (await client.RunAsync(new() { ["text"] = "Hello" }, static body => body["credential_tenant"] = "acme")).AssertSucceeded();
        Assert.False(scene.Server.Logs.Holds(key) || scene.Server.Logs.Holds(next));
    }
}
