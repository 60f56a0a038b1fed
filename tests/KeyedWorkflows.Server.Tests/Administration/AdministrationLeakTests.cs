using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Server.Tests.Security;
using KeyedWorkflows.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Administration;

/// <summary>Keys and tokens go in, and come out nowhere.</summary>
public sealed class AdministrationLeakTests
{
    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task No_key_that_was_given_is_in_an_answer_a_log_or_the_store(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql, new()
        {
            Services = static services => services.AddHttpLogging(static logging =>
            {
                logging.LoggingFields = HttpLoggingFields.All;
                logging.RequestBodyLogLimit = logging.ResponseBodyLogLimit = 1 << 20;
                logging.RequestHeaders.Add("Authorization");
            }),
            App = static app => app.UseHttpLogging().UseDeveloperExceptionPage(),
        });
        List<string> secrets = [];
        List<string> answers = [];
        string Draw()
        {
            var key = Canary.Key();
            secrets.Add(key);
            scene.Server.Models.Keys.Add(key);
            return key;
        }

        var made = Note(await scene.Admin.PostAsync("profiles", new JsonObject { ["name"] = "acme_openai", ["tenant"] = "acme", ["provider"] = "openai", ["api_key"] = Draw(), ["headers"] = new JsonObject { ["x-route"] = Draw() } })).Done(201);
        var path = "profiles/" + made.Id();
        Note(await scene.Admin.GetAsync(path)).Done();
        Note(await scene.Admin.PatchAsync(path, new JsonObject { ["api_key"] = Draw(), ["headers"] = new JsonObject { ["x-other"] = Draw() }, ["tenant"] = "bolt" })).Done();
        Note(await scene.Admin.PutAsync(path, new JsonObject { ["provider"] = "openai", ["tenant"] = "acme", ["api_key"] = Draw(), ["headers"] = new JsonObject() })).Done();
        Note(await scene.Admin.PostAsync(path + "/rotate", new JsonObject { ["api_key"] = Draw() })).Done();
        Note(await scene.Admin.PostAsync(path + "/rotate", new JsonObject { ["api_key"] = Draw(), ["force"] = true })).Done();
        foreach (var fault in new[] { ModelServerFault.EchoKeyInError(), ModelServerFault.EchoKeyInError(500), ModelServerFault.Unauthorized(), ModelServerFault.CutConnection(), ModelServerFault.Malformed() })
        {
            scene.Server.Models.FailNext(fault);
            Note(await scene.Admin.PostAsync(path + "/rotate", new JsonObject { ["api_key"] = Draw() })).AssertError(422, "key_refused");
            scene.Server.Models.FailNext(fault);
            Note(await scene.Admin.PostAsync(path + "/test")).Done();
        }
        Note(await scene.Admin.PostAsync("profiles", new JsonObject { ["name"] = "acme_openai", ["provider"] = "openai", ["api_key"] = Draw() })).AssertError(409, "name_taken");
        Note(await scene.Admin.PostAsync("profiles", new JsonObject { ["name"] = "other", ["provider"] = "openai", ["api_key"] = Draw() + " x" })).AssertError(400, "invalid_param");
        Note(await scene.Admin.PostAsync("profiles", new JsonObject { ["name"] = Draw(), ["provider"] = Draw(), [Draw()] = Draw() })).AssertError(400, "invalid_param");
        Note(await scene.Admin.SendAsync("POST", "profiles", $$"""{"name":"x","api_key":"{{Draw()}}""")).AssertError(400, "invalid_param");
        Note(await scene.Admin.SendAsync("POST", "import", $$"""{"version":1,"profiles":[{"name":"x","provider":"openai","apiKey":"{{Draw()}}"}]}""")).AssertError(400, "invalid_param");
        Note(await scene.Admin.GetAsync("profiles?name=" + Draw())).AssertError(400, "invalid_param");
        Note(await scene.Admin.PatchAsync("profiles/none", new JsonObject { ["api_key"] = Draw() })).AssertError(404, "not_found");
        Note(await scene.Admin.PatchAsync(path, new JsonObject { ["api_key"] = Draw() }, "\"" + new string('a', 32) + "\"")).AssertError(412, "precondition_failed");
        JsonObject Client(string name, string key) => new() { ["profile"] = new JsonObject { ["name"] = name, ["tenant"] = "many", ["provider"] = "openai", ["api_key"] = key }, ["token"] = new JsonObject { ["name"] = name } };
        Note(await scene.Admin.PostAsync("bulk", new JsonObject { ["clients"] = new JsonArray(Client("acme_openai", Draw()), Client(Draw(), Draw()), Client("fine", Draw() + "\n\n" + Draw())) })).AssertError(422, "bulk_refused");
        var bulk = Note(await scene.Admin.PostAsync("bulk", new JsonObject { ["clients"] = new JsonArray(Client("many-1", Draw()), Client("many-2", Draw())) })).Done(201);
        foreach (var list in new[] { "profiles", "tokens", "export", "tenants", "tenants/acme", "tenants/acme/check", "usage", "runs", "administrators", "whoami", "openapi.json" })
            Note(await scene.Admin.GetAsync(list)).Done();

        // A token's value is in the one answer that made it.
        string[] values = [.. bulk["clients"]!.AsArray().SelectMany(static client => (string[])[(string)client!["token"]!["value"]!, (string)client["token"]!["callback_secret"]!])];
        Assert.All(values, value => Assert.Single(answers, answer => answer.Contains(value, StringComparison.Ordinal)));
        secrets.Add(scene.Admin.Token!);
        foreach (var secret in secrets)
            Assert.DoesNotContain(answers, answer => Forms(secret).Any(form => answer.Contains(form, StringComparison.OrdinalIgnoreCase)));
        var stored = await EveryByte.ReadAsync(scene);
        var logs = scene.Server.Logs.Text;
        foreach (var secret in secrets.Concat(values))
        {
            Assert.False(Forms(secret).Any(form => stored.Contains(form, StringComparison.OrdinalIgnoreCase)), "The store holds a secret.");

            // An address is the host's to log, and its own logging of requests comes first: what stood in one is said to be replaced.
            Assert.False(logs.Split('\n').Any(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase) && !line.Contains("?name=", StringComparison.Ordinal)), "A log holds a secret.");
        }

        TestAnswer Note(TestAnswer answer)
        {
            answers.Add(answer.Headers + answer.Text);
            return answer;
        }
    }

    private static IEnumerable<string> Forms(string secret) => [secret, Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)), Convert.ToHexString(Encoding.UTF8.GetBytes(secret)), Uri.EscapeDataString(secret)];
}
