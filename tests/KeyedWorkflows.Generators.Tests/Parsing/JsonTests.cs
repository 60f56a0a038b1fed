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
