using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using KeyedWorkflows.KeyCorpus.Cases;

namespace KeyedWorkflows.KeyCorpus.Drawing;

/// <summary>Puts a form into a whole C# file: method, class, neighbours, namespace, usings, as a person would.</summary>
internal static partial class FileWriter
{
    private static readonly (string Word, string Namespace)[] usings =
    [
        ("List|Dictionary|IEnumerable|IReadOnlyList|IReadOnlyDictionary|HashSet|KeyValuePair|SortedDictionary|IAsyncEnumerable|IDictionary", "System.Collections.Generic"),
        ("FrozenDictionary|FrozenSet", "System.Collections.Frozen"),
        ("ConcurrentDictionary", "System.Collections.Concurrent"),
        ("ImmutableArray|ImmutableDictionary", "System.Collections.Immutable"),
        ("Select|Where|ToDictionary|ToList|ToArray|First|FirstOrDefault|ElementAtOrDefault|Any", "System.Linq"),
        ("Task|ValueTask", "System.Threading.Tasks"),
        ("CancellationToken|Lazy|Lock", "System.Threading"),
        ("HttpClient|HttpRequestMessage|StringContent|HttpMethod|DelegatingHandler|HttpResponseMessage", "System.Net.Http"),
        ("AuthenticationHeaderValue", "System.Net.Http.Headers"),
        ("JsonContent|PostAsJsonAsync|GetFromJsonAsync", "System.Net.Http.Json"),
        ("NetworkCredential|WebClient|HttpStatusCode", "System.Net"),
        ("Encoding|StringBuilder|CompositeFormat", "System.Text"),
        ("Regex|GeneratedRegex|RegexOptions", "System.Text.RegularExpressions"),
        ("JsonSerializer|JsonDocument|JsonElement", "System.Text.Json"),
        ("JsonObject|JsonNode", "System.Text.Json.Nodes"),
        ("JsonPropertyName|JsonIgnore", "System.Text.Json.Serialization"),
        ("Process|ProcessStartInfo|Activity|Stopwatch|Debug|DebuggerDisplay", "System.Diagnostics"),
        ("DefaultValue|Description|EditorBrowsable", "System.ComponentModel"),
        ("Required|StringLength|Display|RegularExpression", "System.ComponentModel.DataAnnotations"),
        ("Stream|StreamWriter|Path|File|MemoryStream", "System.IO"),
        ("SHA256|HMACSHA256|Aes|MD5|RandomNumberGenerator", "System.Security.Cryptography"),
        ("ClaimsPrincipal|ClaimTypes|Claim", "System.Security.Claims"),
        ("DbConnection|DbConnectionStringBuilder", "System.Data.Common"),
        ("Assembly|AssemblyMetadata", "System.Reflection"),
        ("InternalsVisibleTo|CallerMemberName", "System.Runtime.CompilerServices"),
        ("CultureInfo|NumberStyles", "System.Globalization"),
        ("ApiKeyCredential", "System.ClientModel"),
        ("OpenAIClient|OpenAIClientOptions", "OpenAI"),
        ("ChatClient", "OpenAI.Chat"),
        ("EmbeddingClient", "OpenAI.Embeddings"),
        ("IChatClient|AsIChatClient|ChatClientBuilder", "Microsoft.Extensions.AI"),
        ("AzureKeyCredential|AzureSasCredential", "Azure"),
        ("AzureOpenAIClient", "Azure.AI.OpenAI"),
        ("ChatCompletionsClient", "Azure.AI.Inference"),
        ("SearchClient", "Azure.Search.Documents"),
        ("AnthropicClient", "Anthropic.SDK"),
        ("MistralClient", "Mistral.SDK"),
        ("GoogleAi", "GenerativeAI"),
        ("PineconeClient", "Pinecone"),
        ("Kernel", "Microsoft.SemanticKernel"),
        ("SqlConnection", "Microsoft.Data.SqlClient"),
        ("Secret|Credential", "KeyedWorkflows"),
        ("StoredProfile", "KeyedWorkflows"),
        ("IConfiguration|ConfigurationBuilder", "Microsoft.Extensions.Configuration"),
        ("IServiceCollection|ServiceCollection|Configure<\\w+>", "Microsoft.Extensions.DependencyInjection"),
        ("ILogger", "Microsoft.Extensions.Logging"),
        ("IOptions|Options", "Microsoft.Extensions.Options"),
        ("Host|HostApplicationBuilder|BackgroundService|IHostedService", "Microsoft.Extensions.Hosting"),
        ("WebApplication", "Microsoft.AspNetCore.Builder"),
        ("HttpContext|IHeaderDictionary|RequestDelegate", "Microsoft.AspNetCore.Http"),
        ("ControllerBase|HttpGet|HttpPost|ApiController|FromHeader|FromBody|IActionResult", "Microsoft.AspNetCore.Mvc"),
        ("Fact|Theory|InlineData|Assert", "Xunit"),
        ("Headers|Header|Get|Post", "Refit"),
    ];

    private static readonly string[] neighbours =
    [
        "public int RetryCount { get; set; } = $n3$;",
        "public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds($n3$);",
        "public string? DisplayName { get; set; }",
        "private static readonly string[] Languages = [\"en\", \"de\", \"fr\"];",
        "public static bool IsSupported(string language) => language is \"en\" or \"de\";",
        "/// <summary>How many are kept.</summary>\npublic int Capacity { get; } = 1_024;",
        "private int attempts;\n\npublic void Reset() => attempts = 0;\n\npublic int Attempts => attempts;",
        "public override string ToString() => $\"{GetType().Name} ({RuntimeHash:x})\";\n\nprivate int RuntimeHash => GetHashCode();",
        "private static string Trim(string text)\n{\n    // Longer texts are cut: the model reads the first part only.\n    return text.Length > 4_000 ? text[..4_000] : text;\n}",
        "public static double Score(int hits, int total)\n{\n    if (total == 0)\n        return 0;\n    return (double)hits / total;\n}",
        "private const string ContentType = \"application/json\";",
        "private const int MaxTokens = 2048;",
        "public Uri BaseAddress { get; set; } = new(\"https://api.example.org/v2/\");",
        "private readonly DateTimeOffset startedAt = DateTimeOffset.UtcNow;\n\npublic TimeSpan Age => DateTimeOffset.UtcNow - startedAt;",
        "public static string ToSlug(string title) => title.Trim().ToLowerInvariant().Replace(' ', '-');",
        "private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);",
    ];

    private static readonly string[] banners =
    [
        "", "", "", "",
        "// Copyright (c) $company$. All rights reserved.\n// Licensed under the MIT license.\n\n",
        "#nullable enable\n\n",
        "// <copyright file=\"$Cls$.cs\" company=\"$company$\">\n// Copyright (c) $company$.\n// </copyright>\n\n",
        "/* Part of the $w$ module: see docs/$w$.md. */\n",
    ];

    /// <returns>The file with tokens filled in and marks left in.</returns>
    public static string Write(Form form, Scene scene, string id)
    {
        var draw = scene.Draw;
        var text = form.Text.Replace("\r", "", StringComparison.Ordinal).Trim('\n');
        if (form.Kind == FormKind.File)
            return WithUsings(scene.Fill(text), draw, "", topLevel: true);
        if (form.Kind == FormKind.Body)
            text = Method(text, draw);
        if (form.Kind is FormKind.Body or FormKind.Member)
            text = Class(text, draw);
        var name = "$ns$." + id;
        text = draw.Chance(70) ? $"namespace {name};\n\n{text}\n" : $"namespace {name}\n{{\n{Indent(text)}\n}}\n";
        return WithUsings(scene.Fill(text), draw, scene.Fill(draw.Of(banners)), topLevel: false);
    }

    private static string Method(string body, Draw draw)
    {
        var isAsync = AwaitWord().IsMatch(body);
        var parameters = draw.Of("", "", "string $w3$", "CancellationToken cancellationToken", "int $w3$, bool verbose = false");
        var modifiers = draw.Of("public ", "public static ", "private static ", "internal ", "public ");
        var signature = isAsync ? $"{modifiers}async Task $M$Async({parameters})" : $"{modifiers}void $M$({parameters})";
        if (draw.Chance(20))
            body = $"ArgumentOutOfRangeException.ThrowIfNegative({draw.Between(1, 9)});\n{body}";
        if (draw.Chance(20))
            body = $"{body}\nConsole.WriteLine(\"$s2$\");";
        if (draw.Chance(15))
            body = $"try\n{{\n{Indent(body)}\n}}\ncatch (InvalidOperationException error)\n{{\n    Console.Error.WriteLine(error.Message);\n    throw;\n}}";
        return $"{signature}\n{{\n{Indent(body)}\n}}";
    }

    private static string Class(string members, Draw draw)
    {
        var parts = new List<string> { members };
        var others = neighbours.Where(n => !(n.Contains("ToString()", StringComparison.Ordinal) && members.Contains("ToString()", StringComparison.Ordinal))).ToList();
        for (var count = draw.Of(new[] { 0, 0, 1, 1, 2, 3 }); count > 0; count--)
        {
            var other = others[draw.Next(others.Count)];
            others.Remove(other);
            parts.Insert(draw.Next(parts.Count + 1), other);
        }
        var summary = draw.Chance(20) ? "/// <summary>$s$</summary>\n" : "";
        return $"{summary}$vis$ {(members.Contains("virtual", StringComparison.Ordinal) ? "" : draw.Of("sealed ", "", "sealed ", "partial "))}class $Cls$\n{{\n{Indent(string.Join("\n\n", parts))}\n}}";
    }

    private static string WithUsings(string text, Draw draw, string banner, bool topLevel)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal) { "System" };
        foreach (var (word, name) in usings)
        {
            if (Regex.IsMatch(text, $@"(?<![\w.""])(?:{word})(?:Attribute)?(?![\w""])|\.(?:{word})\("))
                names.Add(name);
        }
        if (draw.Chance(30))
            names.Add("System.Collections.Generic");
        if (draw.Chance(30))
            names.Add("System.Threading.Tasks");
        var head = new StringBuilder(topLevel ? "" : banner);
        if (text.StartsWith("#!", StringComparison.Ordinal))
        {
            var end = text.IndexOf('\n', StringComparison.Ordinal) + 1;
            head.Append(text.AsSpan(0, end));
            text = text[end..];
        }
        foreach (var name in names.OrderBy(n => n.StartsWith("System", StringComparison.Ordinal) ? 0 : 1))
            head.Append(CultureInfo.InvariantCulture, $"using {name};\n");
        return head.Append('\n').Append(text).Append(text.EndsWith('\n') ? "" : "\n").ToString();
    }

    /// <summary>Lines inside raw literals are indented too: their closing quotes move with them.</summary>
    public static string Indent(string text) => string.Join('\n', text.Split('\n').Select(line => line.Length == 0 ? line : "    " + line));

    [GeneratedRegex(@"\bawait\b")]
    private static partial Regex AwaitWord();
}
