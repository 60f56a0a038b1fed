using System.Text.Json.Serialization.Metadata;
using KeyedWorkflows.Generators.Models;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Generators.Tests.Parsing;

public sealed class JsonTests
{
    [Fact]
    public void The_context_of_the_assembly_is_named() => Assert.Equal("global::Acme.AppJson", Flow("[JsonSerializable(typeof(In)), JsonSerializable(typeof(Topic))]").Sound().JsonContext);

    [Fact]
    public void Without_a_context_nothing_is_missing() => Assert.Null(Parsed.Members("[Step] public Reply Ask(Ticket t) => null!;", attributes: "").Sound().JsonContext);

    [Fact]
    public void A_listed_type_brings_what_it_holds() =>
        Flow("[JsonSerializable(typeof(All))]", "public record All(In In, List<Wrapper<Topic>> Topics); public record Wrapper<T>(T Value);").Sound();

    [Fact]
    public void KW3007_a_type_that_the_context_lacks_is_said_once_where_it_is_met()
    {
        var fault = Flow("[JsonSerializable(typeof(In))]", step: "[Step] public Topic Again([From(nameof(Find))] Topic t) => t;").Fault("KW3007");

        Assert.Contains("[JsonSerializable(typeof(Topic))]", fault.Message, StringComparison.Ordinal);
        Assert.Contains("`AppJson`", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KW3007_a_whole_parameter_in_a_text_is_written_as_JSON() =>
        Flow("[JsonSerializable(typeof(In)), JsonSerializable(typeof(Topic)), JsonSerializable(typeof(List<Topic>))]", step: """
            [Step] public List<Topic> All(In i) => null!;
            [Prompt("{{all}} {{i}}")] public partial Task<string> Ask(IReadOnlyList<Topic> all, In i, IChatClient chat);
            """).Fault("KW3007");

    [Theory]
    [InlineData("[Step] public Func<int> Ask(Ticket t) => null!;")]
    [InlineData("[Step] public List<Action> Ask(Ticket t) => null!;")]
    [InlineData("[Step] public System.IO.MemoryStream Ask(Ticket t) => null!;")]
    [InlineData("[Step] public Type Ask(Ticket t) => null!;")]
    [InlineData("[Step] public int[,] Ask(Ticket t) => null!;")]
    [InlineData("[Step] public IntPtr Ask(Ticket t) => 0;")]
    [InlineData("[Step] public IChatClient Ask(Ticket t) => null!;")]
    [InlineData("[Prompt(\"x\")] public partial Task<IShape> Ask(Ticket t, IChatClient chat);")]
    [InlineData("[Prompt(\"x\")] public partial Task<Shape> Ask(Ticket t, IChatClient chat);")]
    [InlineData("[Prompt(\"x\", Inline = true)] public partial Task<IShape> Ask(Ticket t, IChatClient chat);")]
    [InlineData("[Tool] public string Ask(IShape shape) => null!;")]
    public void KW3007_a_type_that_JSON_has_no_form_for(string members) =>
        Parsed.Members("[Step, Output] public Reply Finish(Ticket t, IChatClient chat) => null!; " + members, "public interface IShape; public abstract class Shape;").Fault("KW3007");

    [Theory]
    [InlineData("[Prompt(\"x\")] public partial Task<IReadOnlyList<Shape>> Ask(Ticket t, IChatClient chat);")]
    [InlineData("[Prompt(\"x\")] public partial Task<IDictionary<string, int>> Ask(Ticket t, IChatClient chat);")]
    [InlineData("[Prompt(\"x\")] public partial Task<Shape> Ask(Ticket t, IChatClient chat);")]
    [InlineData("[Prompt(\"x\")] public partial Task<System.Text.Json.Nodes.JsonNode> Ask(Ticket t, IChatClient chat);")]
    [InlineData("[Step] public IDisposable Ask(Ticket t) => null!;")]
    public void Types_that_JSON_has_a_form_for_are_no_fault(string members) =>
        Parsed.Members("[Step, Output] public Reply Finish(Ticket t, IChatClient chat) => null!; " + members, "[System.Text.Json.Serialization.JsonDerivedType(typeof(Round), \"round\")] public abstract class Shape; public class Round : Shape;").Sound();

    private const string Lossy = """
        public class Fields { public string? A; public int B; }
        public class GetOnly { public string? A { get; } }
        public class GetOnlyList { public string? Name { get; set; } public List<string> Items { get; } = []; }
        public class PrivateSet { public string? Name { get; set; } public string? A { get; private set; } }
        public class NoMatch(string z) { public string A => z; }
        public class OtherType(IEnumerable<string> a) { public IReadOnlyList<string> A { get; } = [.. a]; }
        public class Closed { private Closed() { } public string? A { get; set; } public static Closed Make() => new(); }
        public class Two { public Two(string a) { A = a; } public Two(string a, string b) { A = a + b; } public string A { get; } }
        public struct Bare(string a) { public string A { get; } = a; }
        public record Outer(string Name, List<Fields> Parts);
        public record Holder(string Name, List<GetOnly> Parts);
        public interface IPart; public record Open(string Name, IPart Part);
        """;

    [Theory]
    [InlineData("(int, string)", "value tuple")]
    [InlineData("List<(int Left, string Right)>", "value tuple")]
    [InlineData("GetOnly", "cannot fill `A`")]
    [InlineData("GetOnlyList", "cannot fill `Items`")]
    [InlineData("PrivateSet", "cannot fill `A`")]
    [InlineData("NoMatch", "parameter `z`")]
    [InlineData("OtherType", "parameter `a`")]
    [InlineData("Closed", "no public constructor")]
    [InlineData("Two", "several public constructors")]
    [InlineData("Bare", "cannot fill `A`")]
    [InlineData("Holder", "`Holder` holds it")]
    [InlineData("Open", "an interface")]
    [InlineData("Dictionary<string, GetOnly>", "cannot fill `A`")]
    public void KW3007_an_answer_that_JSON_would_lose(string type, string says)
    {
        foreach (var inline in (string[])["", ", Inline = true"])
        {
            var fault = Parsed.Members($"[Step, Output] public Reply Finish(Ticket t, IChatClient chat) => null!; [Prompt(\"x\"{inline})] public partial Task<{type}> Ask(Ticket t, IChatClient chat);", Lossy).Fault("KW3007");

            Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("(int, string)")]
    [InlineData("(int, string)?")]
    [InlineData("IReadOnlyList<(int, string)>")]
    [InlineData("Fields")]
    [InlineData("Outer")]
    public void Fields_and_tuples_of_a_result_are_kept_by_reflection_and_by_a_context(string type)
    {
        var steps = $"[Step] public {type} Make(In i) => throw null!; [Step] public {type} Again([From(nameof(Make))] {type} made) => made;";

        Parsed.Members("[Step, Output] public Reply Finish(Ticket t, IChatClient chat) => null!; " + steps.Replace("In i", "Ticket t", StringComparison.Ordinal), Lossy).Sound();
        Flow($"[JsonSerializable(typeof(In)), JsonSerializable(typeof(Topic)), JsonSerializable(typeof({type}))]", Lossy, steps).Sound();
    }

    [Fact]
    public void KW3007_a_result_of_read_only_fields_that_a_resumed_run_would_lose() =>
        Parsed.Members("[Step, Output] public Reply Finish(Ticket t, IChatClient chat) => null!; [Step] public Sealed Make(Ticket t) => throw null!;", "public struct Sealed(string a) { public readonly string A = a; }").Fault("KW3007");

    [Theory]
    [InlineData("GetOnly")]
    [InlineData("GetOnlyList")]
    [InlineData("PrivateSet")]
    [InlineData("NoMatch")]
    [InlineData("Closed")]
    [InlineData("Two")]
    [InlineData("Open")]
    public void A_result_that_may_be_made_anew_is_no_fault(string type) =>
        Parsed.Members($"[Step, Output] public Reply Finish(Ticket t, IChatClient chat) => null!; [Step] public {type} Make(Ticket t) => throw null!;", Lossy).Sound();

    [Theory]
    [InlineData("public record Made(string A, int? B, List<Made>? Parts) { public string Upper => A.ToUpperInvariant(); }")]
    [InlineData("public class Made { public string? A { get; init; } public required int B { get; set; } [System.Text.Json.Serialization.JsonIgnore] public string? C { get; private set; } }")]
    [InlineData("public class Made(string a) { public string A { get; } = a; public string? B { get; set; } }")]
    [InlineData("public class Made { public Made() { } public Made(string a) { A = a; } public string? A { get; set; } }")]
    [InlineData("public class Made { public Made() { } [System.Text.Json.Serialization.JsonConstructor] public Made(string a) { A = a; } public string A { get; } = \"\"; }")]
    [InlineData("public class Made { [System.Text.Json.Serialization.JsonInclude] public string? A; }")]
    [InlineData("public class Made { [System.Text.Json.Serialization.JsonInclude] public string? A { get; private set; } }")]
    [InlineData("public class Made { [System.Text.Json.Serialization.JsonObjectCreationHandling(System.Text.Json.Serialization.JsonObjectCreationHandling.Populate)] public List<string> A { get; } = []; }")]
    [InlineData("[System.Text.Json.Serialization.JsonConverter(typeof(int))] public class Made { public string? A; }")]
    [InlineData("public class Made { [System.Text.Json.Serialization.JsonConverter(typeof(int))] public (int, int) A { get; set; } }")]
    [InlineData("public class Base(string a) { public string A { get; } = a; } public class Made(string a) : Base(a);")]
    [InlineData("public record struct Made(string A, DateOnly B, Guid C, DayOfWeek D, Uri E);")]
    [InlineData("public struct Made { public string A { get; set; } }")]
    [InlineData("public record Made(string A, [property: System.Text.Json.Serialization.JsonIgnore] int B = 3);")]
    [InlineData("public class Made(string? a) { public string A { get; } = a ?? \"\"; }")]
    [InlineData("public record Made<T>(T Value); public record Made(Made<int[]> A, Made<string> B) : Made<int>(1);")]
    [InlineData("public class Made { private List<int> own = []; public int Count => own.Count; public required string A { get; set; } }")]
    [InlineData("public record Made;")]
    [InlineData("public class Made { public string A => \"a\"; }")]
    [InlineData("public class Made { public System.Text.Json.JsonElement A { get; set; } public Dictionary<string, int[]> B { get; set; } = []; public object? C { get; set; } public Tuple<int, int>? D { get; set; } public KeyValuePair<string, int> E { get; set; } }")]
    [InlineData("public class Made : List<string>;")]
    [InlineData("public class Made { public string? A; }")]
    [InlineData("public class Made(string name) { public readonly string Name = name; }")]
    public void What_JSON_fills_is_no_fault(string type) =>
        Parsed.Members("[Step, Output] public Reply Finish(Ticket t, IChatClient chat) => null!; [Prompt(\"x\")] public partial Task<Made> Ask(Ticket t, IChatClient chat);", type).Sound();

    /// <summary>As the runtime has them.</summary>
    private static readonly System.Text.Json.JsonSerializerOptions WithFields = new(System.Text.Json.JsonSerializerOptions.Web) { IncludeFields = true };

    /// <summary>What is said of types is what System.Text.Json does with them: the examples, compiled here.</summary>
    [Theory]
    [InlineData(typeof(GetOnlyProperty))]
    [InlineData(typeof(OtherParameter))]
    [InlineData(typeof(SeveralConstructors))]
    [InlineData(typeof(StructWithoutSetter))]
    public void JSON_does_lose_them(Type type)
    {
        const string json = """{"a":"x","item1":"x"}""";
        string? back = null;
        try
        {
            var value = System.Text.Json.JsonSerializer.Deserialize(json, type, WithFields);
            back = System.Text.Json.JsonSerializer.Serialize(value, type, WithFields);
        }
        catch (Exception thrown) when (thrown is NotSupportedException or InvalidOperationException)
        {
        }

        Assert.DoesNotContain("\"x\"", back ?? "", StringComparison.Ordinal);
    }

#pragma warning disable CA1051, CS0649
    private sealed class GetOnlyProperty { public string? A { get; } }

    private sealed class OtherParameter(string z) { public string A => z; }

    private sealed class SeveralConstructors { public SeveralConstructors(string a) => A = a; public SeveralConstructors(string a, string b) => A = a + b; public string A { get; } }

    private readonly struct StructWithoutSetter(string a) { public string A { get; } = a; }
#pragma warning restore CA1051, CS0649

    [Theory]
    [InlineData(typeof(bool))]
    [InlineData(typeof(char))]
    [InlineData(typeof(string))]
    [InlineData(typeof(short))]
    [InlineData(typeof(int))]
    [InlineData(typeof(long))]
    [InlineData(typeof(ushort))]
    [InlineData(typeof(uint))]
    [InlineData(typeof(ulong))]
    [InlineData(typeof(float))]
    [InlineData(typeof(double))]
    [InlineData(typeof(decimal))]
    [InlineData(typeof(DateTime))]
    [InlineData(typeof(DateTimeOffset))]
    [InlineData(typeof(TimeSpan))]
    [InlineData(typeof(System.Text.Json.JsonElement))]
    [InlineData(typeof(System.Text.Json.JsonDocument))]
    [InlineData(typeof(System.Text.Json.Nodes.JsonNode))]
    [InlineData(typeof(ChatMessage))]
    [InlineData(typeof(ChatResponse))]
    [InlineData(typeof(ChatResponseUpdate))]
    [InlineData(typeof(ChatOptions))]
    [InlineData(typeof(AIContent))]
    public void What_is_taken_for_known_is_known_without_reflection(Type type)
    {
        var metadata = AIJsonUtilities.DefaultOptions.TypeInfoResolverChain.Where(static resolver => resolver is not DefaultJsonTypeInfoResolver)
            .Select(resolver => resolver.GetTypeInfo(type, AIJsonUtilities.DefaultOptions)).FirstOrDefault(static info => info is not null);

        Assert.NotNull(metadata);
    }

    private static WorkflowParse Flow(string serializable, string types = "", string step = "") => Parsed.Flow($$"""
        using System.Text.Json.Serialization;
        [assembly: WorkflowJson(typeof(Acme.AppJson))]
        namespace Acme;
        public record In(string Text);
        public record Topic(string Name);
        {{types}}
        {{serializable}} public abstract class AppJson() : JsonSerializerContext(null);
        [Workflow("flow"), CredentialProfile]
        public partial class Flow : IWorkflow<In, string>
        {
            [Step] public Topic Find(In i, IChatClient chat) => null!;
            [Step, Output] public string Finish(In i) => "";
            {{step}}
        }
        """);
}
