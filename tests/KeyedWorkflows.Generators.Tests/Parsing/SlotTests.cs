using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Tests.Parsing;

public sealed class SlotTests
{
    private const string Ask = """
        [Prompt("{{ticket.Question}}")]
        public partial Task<Reply> Ask(Ticket ticket, IChatClient chat, CancellationToken ct);
        """;

    [Fact]
    public void A_slot_is_read_with_all_that_it_says()
    {
        var model = Parsed.Members(Ask, attributes: """
            [CredentialProfile(Provider = "openai", Providers = new[] { "azure", "openai" }, Model = "m", FallbackModel = "f", EmbeddingModel = "e", Default = "house", Description = "All calls")]
            """).Sound();

        Assert.Equal(new SlotModel
        {
            Index = 0,
            Name = "main",
            PropertyName = "Main",
            Providers = ["openai", "azure"],
            Model = "m",
            FallbackModel = "f",
            EmbeddingModel = "e",
            Default = "house",
            Description = "All calls",
            IsUsed = true,
        }, Assert.Single(model.Slots));
    }

    [Fact]
    public void Several_slots_are_named_at_each_client()
    {
        var model = Parsed.Members("""
            [Step]
            public Task<Reply> Ask(Ticket ticket, [Slot("fast-model")] IChatClient fast, [Slot("slow_model", Model = "m", FallbackModel = "f")] IChatClient slow, [Slot("slow_model")] IEmbeddingGenerator<string, Embedding<float>> embed) => null!;
            """, attributes: """[CredentialProfile("fast-model")] [CredentialProfile("slow_model")]""").Sound();

        Assert.Equal([("fast-model", "FastModel"), ("slow_model", "SlowModel")], model.Slots.Select(static slot => (slot.Name, slot.PropertyName)));
        Assert.Equal([null, new(0, null, null), new(1, "m", "f"), new(1, null, null)], model.Node("Ask").Parameters.Select(static parameter => parameter.Client));
        Assert.Equal([ParameterKind.Data, ParameterKind.ChatClient, ParameterKind.ChatClient, ParameterKind.EmbeddingGenerator], model.Node("Ask").Parameters.Select(static parameter => parameter.Kind));
    }

    [Fact]
    public void A_name_that_records_have_already_gets_another_property() =>
        Assert.Equal("CloneSlot", Assert.Single(Parsed.Members("[Step] public Reply Ask(Ticket t, IChatClient chat) => null!;", attributes: """[CredentialProfile("clone")]""").Sound().Slots).PropertyName);

    [Fact]
    public void KW1001_a_client_without_any_slot_is_said_once()
    {
        var fault = Parsed.Members("""
            [Step] public string One(Ticket t, IChatClient chat) => "";
            [Step] public Reply Two([From(nameof(One))] string text, IChatClient chat) => null!;
            """, attributes: "").Fault("KW1001");

        Assert.Contains("[CredentialProfile]", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KW1001_a_workflow_without_clients_needs_no_slot() => Parsed.Members("[Step] public Reply Plain(Ticket t) => null!;", attributes: "").Sound();

    [Fact]
    public void KW1002_an_unknown_slot_is_a_fault_at_its_name()
    {
        const string name = "no-such-slot";
        var fault = Parsed.Members($$"""[Step] public Reply Ask(Ticket t, [Slot("{{name}}")] IChatClient chat) => null!;""").Fault("KW1002");

        Assert.Contains("\"main\"", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(name, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KW1002_several_slots_and_none_named() => Parsed.Members("[Step] public Reply Ask(Ticket t, IChatClient chat) => null!;", attributes: """[CredentialProfile("a")] [CredentialProfile("b")]""").Fault("KW1002");

    [Fact]
    public void KW1002_a_slot_on_data_is_a_fault() => Parsed.Members("[Step] public Reply Ask([Slot] Ticket t, IChatClient chat) => null!;").Fault("KW1002");

    [Fact]
    public void KW1003_an_unused_slot_is_a_remark_and_the_workflow_sound()
    {
        var parse = Parsed.Members("[Step] public Reply Ask(Ticket t, [Slot(\"a\")] IChatClient chat) => null!;", attributes: """[CredentialProfile("a")] [CredentialProfile("b")]""");

        Assert.Contains("\"b\"", parse.Fault("KW1003").Message, StringComparison.Ordinal);
        Assert.NotEmpty(parse.Model!.Nodes);
    }

    [Theory]
    [InlineData("Main")]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("a b")]
    public void KW3008_an_invalid_name_of_a_slot_is_not_repeated(string name)
    {
        var fault = Parsed.Members("[Step] public Reply Ask(Ticket t) => null!;", attributes: $"""[CredentialProfile("{name}")]""").Fault("KW3008");

        Assert.True(name.Length == 0 || !fault.Message.Contains(name, StringComparison.Ordinal));
    }

    [Fact]
    public void KW3008_a_key_in_the_place_of_a_slots_name_is_not_repeated()
    {
        var key = string.Concat("a", string.Join('b', Enumerable.Range(1, 8).Select(static _ => Random.Shared.Next(100, 999))).AsSpan(0, 30));
        var parse = Parsed.Members("[Step] public Reply Ask(Ticket t) => null!;", attributes: $"""[CredentialProfile("{key}")]""");

        Assert.DoesNotContain(key, parse.Fault("KW3008").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(key, parse.Model!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("fast-model", "fast_model")]
    public void KW3008_two_slots_of_one_name_or_property(string one, string two) =>
        Parsed.Members("[Step] public Reply Ask(Ticket t, [Slot(\"" + one + "\")] IChatClient c) => null!;", attributes: $"""[CredentialProfile("{one}")] [CredentialProfile("{two}")]""").Fault("KW3008");

    [Fact]
    public void KW3008_a_default_that_is_no_name_is_not_repeated()
    {
        var key = "Key " + Guid.NewGuid().ToString("N");
        var fault = Parsed.Members(Ask, attributes: $"""[CredentialProfile(Default = "{key}")]""").Fault("KW3008");

        Assert.DoesNotContain(key, fault.Message, StringComparison.Ordinal);
    }
}
