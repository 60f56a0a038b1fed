using System.Security.Cryptography;
using KeyedWorkflows.Server.Tests.Scene;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>Texts that must not be found again. Drawn for each test: none stands in the sources.</summary>
internal static class Canary
{
    /// <summary>A key in a format that the detector knows.</summary>
    public static string Key() => "sk-proj-" + RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 48);

    public static string Word() => "canary" + Guid.NewGuid().ToString("N");

    /// <summary>Demands that a request was refused without an effect and without an echo.</summary>
    public static async Task AssertNothingHappenedAsync(this ServerScene scene, TestClient client, TestAnswer answer, params string[] canaries)
    {
        Assert.Empty(scene.Models.Requests);
        var runs = await client.GetAsync("workflows/logs");
        Assert.True((int?)runs.Json["total"] == 0, runs.Text);
        foreach (var canary in canaries)
        {
            Assert.DoesNotContain(canary, answer.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(canary, answer.Headers.ToString(), StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(canary, scene.Logs.Text, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>Demands Dify's envelope.</summary>
    public static void AssertEnvelope(this TestAnswer answer)
    {
        var json = answer.Json;
        Assert.Equal((int)answer.Status, (int?)json["status"]);
        Assert.False(string.IsNullOrEmpty((string?)json["code"]), answer.Text);
        Assert.False(string.IsNullOrEmpty((string?)json["message"]), answer.Text);
    }
}
