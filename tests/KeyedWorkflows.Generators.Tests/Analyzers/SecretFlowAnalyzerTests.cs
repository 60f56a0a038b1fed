namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW2003: where a key gets that others read, and what may be done with one.</summary>
public sealed class SecretFlowAnalyzerTests
{
    [Theory]
    [InlineData("log.LogInformation(\"{Key}\", {|KW2003:ticket.Key!.Reveal()|});")]
    [InlineData("log.LogInformation({|KW2003:$\"key {ticket.Key!.Reveal()}\"|});")]
    [InlineData("log.LogInformation({|KW2003:\"key \" + ticket.Key!.Reveal()|});")]
    [InlineData("var key = ticket.Key!.Reveal(); log.LogWarning(\"{A} {B}\", 1, {|KW2003:key|});")]
    [InlineData("var key = ticket.Key?.Reveal(); var text = string.Format(\"a {0}\", key); log.LogError({|KW2003:text|});")]
    [InlineData("log.Log(LogLevel.Debug, {|KW2003:ticket.Key!.Reveal().Trim().ToUpperInvariant()|});")]
    [InlineData("using var scope = log.BeginScope({|KW2003:ticket.Key!.Reveal()|});")]
    [InlineData("Said(log, {|KW2003:ticket.Key!.Reveal()|});")]
    [InlineData("Sayer(log, {|KW2003:ticket.Key!.Reveal()|}, null);")]
    [InlineData("Console.WriteLine({|KW2003:ticket.Key!.Reveal()|});")]
    [InlineData("Console.Error.WriteLine(\"{0}\", {|KW2003:ticket.Key!.Reveal()|});")]
    [InlineData("await Console.Out.WriteLineAsync({|KW2003:ticket.Key!.Reveal()|});")]
    [InlineData("System.Diagnostics.Debug.WriteLine({|KW2003:ticket.Key!.Reveal()|});")]
    [InlineData("System.Diagnostics.Trace.TraceError({|KW2003:ticket.Key!.Reveal()|});")]
    [InlineData("System.Diagnostics.Activity.Current?.SetTag(\"key\", {|KW2003:ticket.Key!.Reveal()|});")]
    [InlineData("throw new InvalidOperationException({|KW2003:$\"bad key {ticket.Key!.Reveal()}\"|});")]
    [InlineData("var error = new ArgumentException(\"bad\", {|KW2003:ticket.Key!.Reveal()|}); throw error;")]
    [InlineData("var error = new InvalidOperationException(); error.Data[\"key\"] = {|KW2003:ticket.Key!.Reveal()|}; throw error;")]
    [InlineData("await chat.GetResponseAsync({|KW2003:$\"use {ticket.Key!.Reveal()}\"|});")]
    [InlineData("await chat.GetResponseAsync([new ChatMessage(ChatRole.User, {|KW2003:ticket.Key!.Reveal()|})]);")]
    [InlineData("_ = new ChatOptions { Instructions = {|KW2003:ticket.Key!.Reveal()|} };")]
    [InlineData("await Ask({|KW2003:ticket.Key!.Reveal()|}, chat);")]
    public async Task A_key_that_others_read_is_reported(string code) => Assert.Single(await Analysis.ExpectAsync(Step(code)));

    [Theory]
    [InlineData("var (_, key) = (1, ticket.Key!.Reveal()); Console.WriteLine({|KW2003:key|});")]
    [InlineData("var pair = (Name: \"a\", Key: ticket.Key!.Reveal()); Console.WriteLine({|KW2003:pair.Key|});")]
    [InlineData("var pair = (Name: \"a\", Key: ticket.Key!.Reveal()); Console.WriteLine({|KW2003:pair|});")]
    [InlineData("var builder = new System.Text.StringBuilder(); builder.Append(\"x\").Append(ticket.Key!.Reveal()); Console.WriteLine({|KW2003:builder.ToString()|});")]
    [InlineData("var keys = new List<string>(); keys.Add(ticket.Key!.Reveal()); Console.WriteLine({|KW2003:string.Join(\", \", keys)|});")]
    [InlineData("foreach (var key in new[] { ticket.Key!.Reveal() }) Console.WriteLine({|KW2003:key|});")]
    [InlineData("if (ticket.Key?.Reveal() is { Length: > 0 } key) Console.WriteLine({|KW2003:key|});")]
    [InlineData("var text = ticket.Key is null ? \"none\" : ticket.Key.Reveal(); Console.WriteLine({|KW2003:text|});")]
    [InlineData("var text = ticket.Key?.Reveal() ?? \"none\"; Console.WriteLine({|KW2003:text|});")]
    [InlineData("var text = \"\"; if (ticket.Key is not null) text = ticket.Key.Reveal(); Console.WriteLine({|KW2003:text|});")]
    [InlineData("var text = \"\"; for (var i = 0; i < 2; i++) { Console.WriteLine({|KW2003:text|}); text += ticket.Key!.Reveal(); }")]
    [InlineData("var text = \"\"; try { text = ticket.Key!.Reveal(); await Task.Yield(); } catch (Exception) { Console.WriteLine({|KW2003:text|}); }")]
    [InlineData("var text = ticket.Text switch { \"a\" => ticket.Key!.Reveal(), _ => \"\" }; Console.WriteLine({|KW2003:text|});")]
    [InlineData("var basic = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(ticket.Key!.Reveal())); Console.WriteLine({|KW2003:basic|});")]
    [InlineData("var login = new Login(\"me\", ticket.Key!.Reveal()); Console.WriteLine({|KW2003:login.Pass|}); Console.WriteLine(login.User);")]
    [InlineData("var login = new Login(\"me\", ticket.Key!.Reveal()); Console.WriteLine({|KW2003:login|});")]
    [InlineData("var login = new Login(\"me\", \"\") with { Pass = ticket.Key!.Reveal() }; Console.WriteLine({|KW2003:$\"{login}\"|});")]
    [InlineData("Func<string> get = () => ticket.Key!.Reveal(); Console.WriteLine({|KW2003:get()|});")]
    [InlineData("string Get() => ticket.Key!.Reveal(); Console.WriteLine({|KW2003:Get()|});")]
    [InlineData("void Say(string text) => Console.WriteLine({|KW2003:text|}); Say(ticket.Key!.Reveal());")]
    [InlineData("var json = System.Text.Json.JsonSerializer.Serialize(new { Key = ticket.Key!.Reveal() }); Console.WriteLine({|KW2003:json|});")]
    [InlineData("var key = await Task.FromResult(ticket.Key!.Reveal()).ConfigureAwait(false); Console.WriteLine({|KW2003:key|});")]
    [InlineData("Console.WriteLine({|KW2003:Header(ticket.Key!.Reveal())|});")]
    [InlineData("Print(ticket.Key!.Reveal());", "{|KW2003:text|}")]
    [InlineData("Console.WriteLine({|KW2003:Held|}); Hold(ticket.Key!);")]
    [InlineData("Console.WriteLine({|KW2003:options.ApiKey|});")]
    [InlineData("var key = Environment.GetEnvironmentVariable(\"OPENAI_API_KEY\"); Console.WriteLine({|KW2003:key|});")]
    [InlineData("Microsoft.Extensions.Configuration.IConfiguration settings = null!; Console.WriteLine({|KW2003:settings[\"OpenAI:ApiKey\"]|}); Console.WriteLine(settings[\"OpenAI:Model\"]);")]
    [InlineData("Console.WriteLine({|KW2003:ticket.Key!.Reveal()[7..]|});")]
    [InlineData("held[\"a\"] = ticket.Key!.Reveal(); Console.WriteLine({|KW2003:held[\"a\"]|});")]
    [InlineData("held.Add(\"a\", ticket.Key!.Reveal()); foreach (var pair in held) Console.WriteLine({|KW2003:pair.Value|});")]
    [InlineData("Take(ticket.Key!, out var key); Console.WriteLine({|KW2003:key|});")]
    [InlineData("var key = \"\"; Change(ticket.Key!, ref key); Console.WriteLine({|KW2003:key|});")]
    [InlineData("var all = from key in new[] { ticket.Key! } select key.Reveal(); Console.WriteLine({|KW2003:all.First()|});")]
    [InlineData("var all = new[] { (Name: \"a\", Key: ticket.Key!.Reveal()) }; Console.WriteLine({|KW2003:string.Join(\",\", all.Select(one => one.Key))|});")]
    [InlineData("var address = new Uri(\"https://example.org/?key=\" + ticket.Key!.Reveal()); Console.WriteLine({|KW2003:address|}); Console.WriteLine({|KW2003:$\"{address.Query}\"|});")]
    [InlineData("var error = new Exception(\"bad\"); error.Data.Add(\"key\", {|KW2003:ticket.Key!.Reveal()|}); throw error;")]
    [InlineData("var text = \"a KEY\".Replace(\"KEY\", ticket.Key!.Reveal()); Console.WriteLine({|KW2003:text|});")]
    public async Task It_is_followed_through_what_is_made_of_it(string code, string printed = "text") => await Analysis.ExpectAsync(Step(code, printed));

    [Theory]
    [InlineData("log.LogInformation(\"{Key}\", ticket.Key);")]
    [InlineData("log.LogInformation($\"{ticket.Key}\");")]
    [InlineData("Console.WriteLine(ticket.Key!.ToString());")]
    [InlineData("Console.WriteLine(ticket);")]
    [InlineData("log.LogInformation(\"{Length}\", ticket.Key!.Reveal().Length);")]
    [InlineData("log.LogInformation(\"{Has}\", string.IsNullOrEmpty(ticket.Key?.Reveal()));")]
    [InlineData("log.LogInformation(\"{Has}\", ticket.Key?.Reveal() is null);")]
    [InlineData("log.LogInformation(\"{Has}\", ticket.Key!.Reveal() != \"\" ? \"given\" : \"none\");")]
    [InlineData("log.LogInformation(\"{Has}\", ticket.Key!.Reveal().StartsWith(\"sk-\"));")]
    [InlineData("log.LogInformation(\"{Hint}\", ticket.Key!.Reveal()[..4] + \"…\");")]
    [InlineData("log.LogInformation(\"{Hint}\", ticket.Key!.Reveal()[^4..]);")]
    [InlineData("log.LogInformation(\"{Hint}\", ticket.Key!.Reveal().Substring(0, 6));")]
    [InlineData("var key = ticket.Key!.Reveal(); log.LogInformation(\"{Hint}\", key.Substring(key.Length - 4));")]
    [InlineData("log.LogInformation(\"{Print}\", Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(ticket.Key!.Reveal()))));")]
    [InlineData("log.LogInformation(\"{Print}\", Masks.Mask(ticket.Key!.Reveal()));")]
    [InlineData("var key = ticket.Key!.Reveal(); await vault.StoreAsync(key); log.LogInformation(\"stored {Name}\", ticket.Text);")]
    [InlineData("var client = new HttpClient(); client.DefaultRequestHeaders.Add(\"X-Api-Key\", ticket.Key!.Reveal()); await client.GetStringAsync(ticket.Text);")]
    [InlineData("using var request = new HttpRequestMessage(HttpMethod.Get, ticket.Text); request.Headers.Authorization = new(\"Bearer\", ticket.Key!.Reveal()); log.LogInformation(\"{Address}\", request.RequestUri);")]
    [InlineData("var crm = new Crm(ticket.Key!.Reveal()); log.LogInformation(\"{Crm} {Name}\", crm, crm.Name); var name = await crm.FindAsync(\"a\"); log.LogInformation(name);")]
    [InlineData("var login = new Login(\"me\", ticket.Key!.Reveal()); log.LogInformation(\"{User}\", login.User);")]
    [InlineData("var (name, _) = (\"a\", ticket.Key!.Reveal()); log.LogInformation(name);")]
    [InlineData("var text = ticket.Key!.Reveal(); await vault.StoreAsync(text); text = \"stored\"; log.LogInformation(text);")]
    [InlineData("var text = \"none\"; if (ticket.Key is not null) { text = ticket.Key.Reveal(); await vault.StoreAsync(text); return new(\"\"); } log.LogInformation(text);")]
    [InlineData("var again = Secret.From(ticket.Key!.Reveal()); log.LogInformation(\"{Again}\", again);")]
    [InlineData("Credential credential = Credential.ApiKey(ticket.Key!.Reveal()); log.LogInformation(\"{Credential}\", credential);")]
    [InlineData("log.LogInformation(\"{Tokens} {Key}\", options.MaxTokens, options.PrimaryKey);")]
    [InlineData("log.LogInformation(ticket.Text.Replace(ticket.Key!.Reveal(), \"***\"));")]
    [InlineData("var text = new System.Text.StringBuilder(ticket.Text); text.Replace(options.ApiKey, \"***\"); log.LogInformation(text.ToString());")]
    [InlineData("var key = ticket.Key!.Reveal(); log.LogInformation(key[..Math.Min(4, key.Length)] + \"…\");")]
    [InlineData("var key = ticket.Key!.Reveal(); log.LogInformation(key.Substring(Math.Max(0, key.Length - 4)));")]
    [InlineData("var headers = new Dictionary<string, string> { [\"Authorization\"] = \"Bearer \" + ticket.Key!.Reveal() }; log.LogInformation(string.Join(\",\", headers.Keys)); foreach (var header in headers) log.LogInformation(header.Key);")]
    [InlineData("foreach (var (name, key) in new[] { (ticket.Text, ticket.Key!.Reveal()) }) { await vault.StoreAsync(key); log.LogInformation(name); }")]
    [InlineData("var all = new List<Login> { new(\"me\", ticket.Key!.Reveal()) }; log.LogInformation(all[0].User); log.LogInformation(string.Join(\",\", all.Select(login => login.User))); all.Add(all.First()); log.LogInformation(all.Last().User);")]
    [InlineData("var address = new Uri(\"https://example.org/?key=\" + ticket.Key!.Reveal()); log.LogInformation(\"{Host} {Path}\", address.Host, address.AbsolutePath);")]
    [InlineData("log.LogInformation(\"{Name}\", options.ApiKeyName);")]
    [InlineData("var count = options.ApiKey.Length; log.LogInformation(\"{Count}\", count);")]
    [InlineData("log.LogInformation(nameof(options.ApiKey));")]
    [InlineData("_ = typeof(Secret).GetMethod(nameof(Secret.Reveal)); await chat.GetResponseAsync(ticket.Text);")]
    [InlineData("log.LogInformation(Short(ticket.Key!.Reveal()));")]
    public async Task What_shows_no_key_is_not(string code) => await Analysis.ExpectAsync(Step(code));

    [Theory]
    [InlineData("public string Give(Ticket ticket, Secret secret) => {|KW2003:secret.Reveal()|};", "Give")]
    [InlineData("public async Task<string> Give(Ticket ticket, Secret secret) { await Task.Yield(); return {|KW2003:$\"Bearer {secret.Reveal()}\"|}; }", "Give")]
    [InlineData("public Login Give(Ticket ticket, Secret secret) => {|KW2003:new(\"me\", secret.Reveal())|};", "Give")]
    [InlineData("public Task<string> Give(Ticket ticket, Secret secret) => {|KW2003:Task.FromResult(secret.Reveal())|};", "Give")]
    [InlineData("public async IAsyncEnumerable<string> Give(Ticket ticket, Secret secret) { await Task.Yield(); yield return {|KW2003:secret.Reveal()|}; }", "Give")]
    public async Task A_step_that_returns_one_is_reported(string step, string name) => Assert.Contains($"`{name}` returns a key", Assert.Single(await Analysis.ExpectAsync($$"""
        [Workflow("flow")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Step] public Secret Find(Ticket ticket) => Secret.From(ticket.Question);
            [Step] {{step}}
            [Step] public Reply Finish(Ticket ticket) => new("");
        }
        public sealed record Login(string User, string Pass);
        """)), StringComparison.Ordinal);

    [Fact]
    public async Task A_tool_tells_the_model_what_it_returns() => Assert.Contains("`Look` tells the model a key", Assert.Single(await Analysis.ExpectAsync("""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow(Vault vault) : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}", Tools = [nameof(Look)])]
            public partial Task<Reply> Write(Ticket ticket, IChatClient chat);

            [Tool] public string Look(string name) => {|KW2003:vault.Find(name).Reveal()|};
        }
        public sealed class Vault { public Secret Find(string name) => Secret.From(name); }
        """)), StringComparison.Ordinal);

    /// <summary>A stack that is full takes the compiler with it.</summary>
    [Fact]
    public async Task Code_that_is_deeper_than_anybody_writes_is_no_matter()
    {
        var nested = string.Concat(Enumerable.Repeat("for (var i = 0; i < 2; i++) { ", 24).Select(static (loop, i) => loop.Replace("i", $"i{i}", StringComparison.Ordinal).Replace($"fi{i}", "fi", StringComparison.Ordinal)));

        await Analysis.ExpectAsync(Step($"var text = {string.Join(" + ", Enumerable.Repeat("\"a\" + ticket.Text", 3_000))} + ticket.Key!.Reveal(); Console.WriteLine({{|KW2003:text|}});"));
        await Analysis.ExpectAsync(Step($"var text = ticket.Text{string.Concat(Enumerable.Repeat(".Trim()", 2_000))};"));
        await Analysis.ExpectAsync(Step($"{nested} Console.WriteLine(ticket.Text); {new string('}', 24)}"));
    }

    [Fact]
    public async Task A_placeholder_is_at_its_own_place() => await Analysis.ExpectAsync("""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<Order, Reply>
        {
            [Prompt("Use {|KW2003:{{order.ApiKey}}|} for {{order.Number}} \\{{order.ApiKey}}")]
            [System.ComponentModel.Description("{{order.ApiKey}}")]
            public partial Task<Reply> Write(Order order, IChatClient chat);
        }
        public sealed record Order(string Number, string {|KW2004:ApiKey|});
        """);

    [Fact]
    public async Task Types_within_a_workflow_belong_to_it() => await Analysis.ExpectAsync("""
        [Workflow("flow")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Step] public Reply Answer(Ticket ticket, RunContext run) => new(new Inner().Say(ticket));

            private sealed class Inner
            {
                public string Say(Ticket ticket)
                {
                    Console.WriteLine({|KW2003:Secret.From(ticket.Question).Reveal()|});
                    return "";
                }
            }
        }
        """);

    [Fact]
    public async Task Elsewhere_the_member_that_reveals_a_secret_is_looked_at() => await Analysis.ExpectAsync("""
        public sealed class Host(Secret secret)
        {
            public void Say()
            {
                var key = secret.Reveal();
                Console.WriteLine({|KW2003:key|});
                Console.WriteLine({|KW2003:secret.Reveal()|});
            }

            public string Key() => secret.Reveal();

            public void Use() => Console.WriteLine(Key().Length);
        }
        """);

    [Fact]
    public async Task A_message_says_what_to_do_and_no_name_of_a_key()
    {
        foreach (var message in await Analysis.ExpectAsync(Step("""
            Console.WriteLine({|KW2003:ticket.Key!.Reveal()|});
            log.LogInformation({|KW2003:ticket.Key!.Reveal()|});
            """)))
            Assert.Contains("the Secret itself", message, StringComparison.Ordinal);
    }

    private static string Step(string code, string printed = "text") => $$$"""
        using System.Linq;
        using System.Net.Http;
        using Microsoft.Extensions.Logging;

        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow(ILogger<Flow> log, IVault vault, Options options) : IWorkflow<Question, Reply>
        {
            private static readonly Action<ILogger, string, Exception?> Sayer = LoggerMessage.Define<string>(LogLevel.Information, 1, "{Key}");

            private string Held => last;

            private string last = "";

            private readonly Dictionary<string, string> held = [];

            [Step]
            public async Task<Reply> Answer(Question ticket, IChatClient chat)
            {
                {{{code}}}
                await Task.Yield();
                return new($"{log}{vault}{options.MaxTokens}");
            }

            [Prompt("{{text}}", Inline = true)]
            public partial Task<string> Ask(string text, IChatClient chat);

            private void Hold(Secret secret) => last = secret.Reveal();

            private static void Take(Secret secret, out string key) => key = secret.Reveal();

            private static void Change(Secret secret, ref string key) => key += secret.Reveal();

            private static string Header(string key) => "Bearer " + key;

            private static string Short(string key) => key[..4] + "…";

            private static void Print(string text) => Console.WriteLine({{{printed}}});

            [LoggerMessage(Level = LogLevel.Information, Message = "{key}")]
            private static partial void Said(ILogger logger, string key);

            private static partial void Said(ILogger logger, string key) { }
        }

        public sealed record Question([property: ApiKey] Secret? Key, string Text);
        public sealed record Login(string User, string Pass);
        public sealed class Options { public string ApiKey { get; init; } = ""; public string ApiKeyName { get; init; } = ""; public string PrimaryKey { get; init; } = ""; public int MaxTokens { get; init; } }
        public interface IVault { Task StoreAsync(string key); }
        public static class Masks { public static string Mask(string key) => "***"; }
        public sealed class Crm(string key) { public string Name => "crm"; public Task<string> FindAsync(string name) => Task.FromResult(name + key.Length); }

        """;
}
