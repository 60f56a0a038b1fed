using KeyedWorkflows.EndToEnd.Tests.Builds;

namespace KeyedWorkflows.EndToEnd.Tests.Architecture;

/// <summary>Who turns a secret into a text: read from the compiled code of all that is shipped.</summary>
public sealed class SecretCallersTests
{
    /// <summary>The only types that may, closures in them included, each with its reason. A new one needs a reason as good, and a look at where its text goes.</summary>
    private static readonly Dictionary<string, string> Allowed = new(StringComparer.Ordinal)
    {
        ["KeyedWorkflows.Cli.Commands.Tokens.ShownOnce"] = "hands over a token that was just made, once",
        ["KeyedWorkflows.Cli.Stores.Remote.RemoteBody"] = "writes a key into the request's body, which goes to the host's administration API",
        ["KeyedWorkflows.Client.ApiClient"] = "puts the token into the header of the server's own client",
        ["KeyedWorkflows.Client.RequestWriter"] = "writes a key of the call into the request's body, which goes to the server",
        ["KeyedWorkflows.OwnTokens"] = "tells tokens of the product from keys by how they begin, and repeats nothing of them",
        ["KeyedWorkflows.Providers.OpenAI.RequestHeaders"] = "writes the headers of a request, and knows a piece of a secret in what the provider answers",
        ["KeyedWorkflows.Server.AdministrationJson"] = "hands over a token that was just made, once",
        ["KeyedWorkflows.WorkflowServerOptions"] = "takes the key that signs the operator's webhook",
        ["KeyedWorkflows.SecretScrubber"] = "must know what it removes from a text",
        ["KeyedWorkflows.Storage.ProfilePayload"] = "writes the payload that is encrypted where it is made",
        ["KeyedWorkflows.Storage.KeyFingerprints"] = "takes the keyed hash by which operators tell keys apart",
        ["KeyedWorkflows.Wire.OutgoingSecretConverter"] = "writes a key of an input into the client's request, which goes to the server",
    };

    [Fact]
    public void HttpClientAloneRevealsSecret()
    {
        var projects = Directory.GetDirectories(Repository.PathOf("src")).Where(HasCode).Select(static folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal).ToList();
        Assert.Contains("KeyedWorkflows", projects);

        // A part that is new has to be referenced by these tests, and is looked at then.
        var callers = projects.SelectMany(static project => MethodCallers.Of(Path.Combine(AppContext.BaseDirectory, project + ".dll"), "KeyedWorkflows", nameof(Secret), nameof(Secret.Reveal))).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), callers);
    }

    /// <summary>Templates are files for others' projects.</summary>
    private static bool HasCode(string folder) => !File.ReadAllText(Path.Combine(folder, Path.GetFileName(folder) + ".csproj")).Contains("<PackageType>Template</PackageType>", StringComparison.Ordinal);

    [Fact]
    public void Emitted_code_reveals_no_secret()
    {
        foreach (var assembly in (string[])["Acme.Workflows", "Acme.Host"])
            Assert.Empty(MethodCallers.Of(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"), "KeyedWorkflows", nameof(Secret), nameof(Secret.Reveal)));
    }

    [Fact]
    public void The_search_finds_a_call_a_closure_and_a_delegate()
    {
        string[] found = [.. MethodCallers.Of(typeof(SecretCallersTests).Assembly.Location, "KeyedWorkflows", nameof(Secret), nameof(Secret.Reveal))];

        Assert.Superset(new HashSet<string>([typeof(Calls).FullName!, typeof(Encloses).FullName!, typeof(Delegates).FullName!, typeof(Names).FullName!]), new HashSet<string>(found));
    }
}

file static class Calls
{
    public static string Of(Secret secret) => secret.Reveal();
}

file static class Encloses
{
    public static IEnumerable<string> Of(IEnumerable<Secret> secrets, string prefix) => secrets.Select(secret => prefix + secret.Reveal());
}

file static class Delegates
{
    public static IEnumerable<string> Of(IEnumerable<Secret> secrets) => secrets.Select(static secret => (Func<string>)secret.Reveal).Select(static reveal => reveal());
}

file static class Names
{
    public static object? Of(Secret secret) => typeof(Secret).GetMethod("Reveal")!.Invoke(secret, null);
}
