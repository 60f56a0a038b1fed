using KeyedWorkflows.Generators.Tests.Compilations;

namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>Clients, credentials per slot, choosers, selecting inputs, checks of the input, and services.</summary>
public sealed class ClientTests
{
    private const string TwoSlots = """
        namespace Acme
        {
            public sealed record Wish(string Text, [property: ProfileName("fast")] string? Profile = null, [property: ApiKey("fast")] Secret? Key = null);

            [Workflow("two")]
            [CredentialProfile("main", Provider = "scripted")]
            [CredentialProfile("fast", Description = "For the small things.")]
            [CredentialProfile("clone", Default = "other")]
            internal sealed partial class Two : IWorkflow<Wish, string>
            {
                [Prompt("1 {{wish.Text}}")] private partial Task<string> One(Wish wish, [Slot("main")] IChatClient chat);
                [Prompt("2 {{one}}")] private partial Task<string> Other([From(nameof(One))] string one, [Slot("fast")] IChatClient chat);
                [Prompt("3 {{two}}")] private partial IAsyncEnumerable<string> Last([From(nameof(Other))] string two, [Slot("clone")] IChatClient chat);
            }
        }

        public static class Scene
        {
            private static Acme.ITwoClient Client(IServiceProvider services) => (Acme.ITwoClient)services.GetService(typeof(Acme.ITwoClient))!;

            public static async Task<string> Play(IServiceProvider services) => await Client(services).RunAsync(new("w"), new Acme.TwoCredentials { Main = "acme", Fast = "other" });

            public static async Task<string> One(IServiceProvider services) => await Client(services).RunAsync(new("w"), "acme", new RunOptions());

            public static async Task<string> ByInput(IServiceProvider services) => await Client(services).RunAsync(new("w", "acme"), new Acme.TwoCredentials { Main = "other" });

            public static async Task<string> None(IServiceProvider services)
            {
                var explained = await Client(services).ExplainAsync(new("w"));
                return explained.CanRun + " " + explained.ErrorCode;
            }
        }
        """;

    [Fact]
    public async Task Each_slot_is_paid_by_its_own_credential()
    {
        await using var loaded = LoadedWorkflows.Of(TwoSlots);

        await loaded.Play<string>();
        Assert.Equal(["model-of-acme", "model-of-other", "model-of-other"], loaded.Provider.Requests.Select(static request => request.Model));

        loaded.Provider.Requests.Clear();
        await loaded.Play<string>("One");
        Assert.Equal(["model-of-acme", "model-of-acme", "model-of-acme"], loaded.Provider.Requests.Select(static request => request.Model));

        loaded.Provider.Requests.Clear();
        await loaded.Play<string>("ByInput");
        Assert.Equal(["model-of-other", "model-of-acme", "model-of-other"], loaded.Provider.Requests.Select(static request => request.Model));

        Assert.StartsWith("False credential_", await loaded.Play<string>("None"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_record_requires_what_nothing_else_chooses()
    {
        var text = Emission.Sound(TwoSlots).Files["Acme.Two.g.cs"];

        Assert.Contains("internal sealed record TwoCredentials", text, StringComparison.Ordinal);
        Assert.Contains("public required global::KeyedWorkflows.Credential Main { get; init; }", text, StringComparison.Ordinal);
        Assert.Contains("public global::KeyedWorkflows.Credential? Fast { get; init; }", text, StringComparison.Ordinal);
        Assert.Contains("/// <summary>Slot <c>fast</c>: For the small things.</summary>", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chooser_is_asked_before_the_first_step()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record Wish(string Who);",
            "Wish", "string",
            """
            [ChooseProfile] private async Task<Credential> Choose(Wish wish, RunContext run, CancellationToken ct) { await Task.Yield(); return wish.Who.Length > 0 ? wish.Who : Credential.Unspecified; }
            [Prompt("{{wish.Who}}")] public partial Task<string> Ask(Wish wish, IChatClient chat);
            """,
            """return await client.RunAsync(new("other")) + await client.RunAsync(new(""));""",
            "[CredentialProfile(Default = \"acme\")]"));

        await loaded.Play<string>();

        Assert.Equal(["model-of-other", "model-of-acme"], loaded.Provider.Requests.Select(static request => request.Model));
    }

    [Fact]
    public async Task The_input_is_checked_by_its_annotations()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            """
            public sealed class Wish : System.ComponentModel.DataAnnotations.IValidatableObject
            {
                [System.ComponentModel.DataAnnotations.Range(1, 10)] public int Count { get; set; }
                [System.ComponentModel.DataAnnotations.Required, System.ComponentModel.DataAnnotations.StringLength(3, ErrorMessage = "Too \"long\".")] public string? @event { get; set; }
                public IEnumerable<System.ComponentModel.DataAnnotations.ValidationResult> Validate(System.ComponentModel.DataAnnotations.ValidationContext context) { yield return new("Never good."); }
            }
            """,
            "Wish", "string",
            "[Step] public string Go(Wish wish) => \"ran\";",
            """
            var told = "";
            foreach (var wish in new[] { new Acme.Wish { Count = 11, @event = "long" }, new() { Count = 1, @event = "s" } })
            {
                try { await client.RunAsync(wish); }
                catch (WorkflowRunException failure) { told += failure.Code + " " + failure.Message; }
            }
            return told;
            """));

        var told = await loaded.Play<string>();

        Assert.StartsWith("invalid_input", told, StringComparison.Ordinal);
        Assert.Contains("Count must be between 1 and 10", told, StringComparison.Ordinal);
        Assert.Contains("Too \"long\".", told, StringComparison.Ordinal);
        Assert.Contains("Never good.", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_come_through_the_constructor_and_the_class_is_disposed_of()
    {
        await using var loaded = LoadedWorkflows.Of("""
            using Microsoft.Extensions.DependencyInjection;
            namespace Acme
            {
                public sealed class Book { public string Name = "book"; }
                public sealed class Missing;
                public sealed class Log { public static string Text = ""; }

                [Workflow("services")]
                public sealed partial class Services(Book book, [FromKeyedServices("k")] Book keyed, Missing? missing, IServiceProvider all, int retries = 3, [FromKeyedServices("none")] Book? none = null) : IWorkflow<int, string>, IAsyncDisposable
                {
                    [Step] private string Go(int n) => $"{book.Name} {keyed.Name} {missing is null} {all is not null} {retries} {none is null}";
                    public ValueTask DisposeAsync() { Log.Text = "disposed"; return default; }
                }
            }

            public static class Scene
            {
                public static void Configure(IServiceCollection services) => services.AddScoped<Acme.Book>().AddKeyedSingleton("k", new Acme.Book { Name = "keyed" });

                public static async Task<string> Play(IServiceProvider services) =>
                    await ((Acme.ServicesClient)services.GetService(typeof(Acme.ServicesClient))!).RunAsync(1) + " " + Acme.Log.Text;
            }
            """);

        Assert.Equal("book keyed True True 3 True disposed", await loaded.Play<string>());
    }

    [Fact]
    public async Task Metadata_of_a_context_is_used_where_the_assembly_names_one()
    {
        var emission = Emission.Of("""
            [assembly: WorkflowJson(typeof(Acme.AppJson))]
            namespace Acme;
            [System.Text.Json.Serialization.JsonSerializable(typeof(string))]
            public sealed partial class AppJson : System.Text.Json.Serialization.JsonSerializerContext;
            [Workflow("a")] public sealed partial class Flow : IWorkflow<string, int> { [Step] public int Run(string x) => 1; }
            """);

        Assert.Contains("Json = static () => global::KeyedWorkflows.Runtime.WorkflowJson.Of(global::Acme.AppJson.Default),", emission.Files["Acme.Flow.g.cs"], StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    [Theory]
    [InlineData("public sealed partial class Outer { [Workflow(\"a\")] private sealed partial class Flow : IWorkflow<int, string> { [Step] private string Run(int x) => \"\"; } }")]
    [InlineData("internal partial interface IOuter { [Workflow(\"a\")] public sealed partial class Flow : IWorkflow<int, Data> { [Step] private Data Run(int x) => new(); } public record Data; }")]
    [InlineData("public partial record Outer { [Workflow(\"a\")] protected sealed partial class Flow : IWorkflow<int, Data> { [Step] private Data Run(int x) => new(); } private protected record Data; }")]
    [InlineData("[Workflow(\"a\")] public sealed partial record Flow : IWorkflow<int, string> { [Step] private string Run(int x) => \"\"; }")]
    [InlineData("[Workflow(\"a\")] public partial class Flow : Base, IWorkflow<int, string> { [Step] private string Run(int x) => \"\"; } public abstract class Base { protected int Executor; }")]
    [InlineData("internal record Data; [Workflow(\"a\")] public sealed partial class Flow : IWorkflow<Data[], IReadOnlyDictionary<string, Data?>> { [Step] private IReadOnlyDictionary<string, Data?> Run(Data[] x) => new Dictionary<string, Data?>(); }")]
    public void Clients_are_as_accessible_as_they_can_be(string source) => Emission.Sound("namespace Acme;\n" + source);

    [Fact]
    public async Task Workflows_of_referenced_assemblies_are_registered_once()
    {
        static string Flow(string name) => $"namespace {name}; [Workflow(\"{name.ToLowerInvariant()}\")] public sealed partial class {name}Flow : IWorkflow<int, string> {{ [Step] public string Run(int x) => \"{name}\"; }}";
        var deep = TestCompilation.Build(Emission.Sound(TestCompilation.Of("Acme.Deep-er", [], Flow("Deep"))).Output);
        var middle = TestCompilation.Build(Emission.Sound(TestCompilation.Of("Acme_Deep.er", [deep], Flow("Middle"))).Output);
        var top = Emission.Sound(TestCompilation.Of("Top", [deep, middle], "public static class Scene;"));

        var text = top.Files[WorkflowGenerator.AddWorkflowsFile];

        Assert.Contains("global::KeyedWorkflows.Registrations._Acme_Deep_x2d_er.Register(workflows);", text, StringComparison.Ordinal);
        Assert.Contains("global::KeyedWorkflows.Registrations._Acme_x5f_Deep_er.Register(workflows);", text, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    [Fact]
    public void Two_assemblies_that_see_each_others_internals_both_have_their_own_AddWorkflows()
    {
        const string use = "public static class Use { public static void It(Microsoft.Extensions.DependencyInjection.IServiceCollection services) => services.AddWorkflows().Services.AddWorkflows(static workflows => workflows.AddProfile(null!)); }";
        var first = TestCompilation.Build(Emission.Sound(TestCompilation.Of("First", [], "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Second\")] public static class Empty;")).Output);

        Emission.Sound(TestCompilation.Of("Second", [first], use));
    }

    [Fact]
    public void A_project_without_workflows_still_has_AddWorkflows_and_no_registration()
    {
        var files = Emission.Sound("public static class Empty;").Files;

        Assert.Contains("AddWorkflows(", files[WorkflowGenerator.AddWorkflowsFile], StringComparison.Ordinal);
        Assert.DoesNotContain("WorkflowAssembly", files[WorkflowGenerator.AddWorkflowsFile], StringComparison.Ordinal);
    }

    [Fact]
    public void A_project_that_references_the_part_of_clients_has_AddWorkflowClients()
    {
        const string part = """
            namespace KeyedWorkflows;
            public sealed class WorkflowClientOptions;
            public static class ClientWorkflowsBuilderExtensions { public static WorkflowsBuilder UseHttp(this WorkflowsBuilder builder, Action<WorkflowClientOptions> configure) => builder; }
            """;
        const string use = "public static class Use { public static WorkflowsBuilder It(Microsoft.Extensions.DependencyInjection.IServiceCollection services) => services.AddWorkflowClients(static options => { }); }";
        var client = TestCompilation.Build(TestCompilation.Of("KeyedWorkflows.Client", [], part));

        Emission.Sound(TestCompilation.Of("Top", [client], use));
        Assert.DoesNotContain("AddWorkflowClients", Emission.Sound("public static class Empty;").Files[WorkflowGenerator.AddWorkflowsFile], StringComparison.Ordinal);
    }
}
