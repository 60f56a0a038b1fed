using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Tests.Parsing;

public sealed class ConditionTests
{
    private const string Routes = "public enum Route { Billing, Sales, @event, Money = Billing }";

    [Fact]
    public void A_condition_that_is_no_step_stands_behind_the_steps()
    {
        var model = Parsed.Members("""
            private static Task<bool> IsUrgent(Ticket ticket, CancellationToken ct) => null!;
            [Step(When = nameof(IsUrgent))] public Reply Now(Ticket t) => null!;
            [Step(Unless = nameof(IsUrgent))] public Reply Later(Ticket t) => null!;
            """, attributes: "").Sound();

        Assert.Equal(["Now", "Later", "IsUrgent"], model.Nodes.Select(static node => node.Name));
        Assert.Equal((2, NodeKind.Condition, true), (model.StepCount, model.Node("IsUrgent").Kind, model.Node("IsUrgent").IsStatic));
        Assert.Equal(new GuardModel { Condition = 2, Test = GuardTest.True }, Assert.Single(model.Node("Now").Guards));
        Assert.Equal(new GuardModel { Condition = 2, Test = GuardTest.False }, Assert.Single(model.Node("Later").Guards));
        Assert.Equal([2], model.Node("Later").DependsOn);
        Assert.Equal(2, model.Result!.Sources.Length);
    }

    [Fact]
    public void A_step_may_be_the_condition_and_routes_are_constants()
    {
        var model = Parsed.Members("""
            [Step] public Route? RouteOf(Ticket t) => null;
            [Step(When = nameof(RouteOf), Is = Route.Money)] public Reply Bill(Ticket t) => null!;
            [Step(When = nameof(RouteOf), Is = Route.@event)] public Reply Event(Ticket t) => null!;
            [Step(When = nameof(RouteOf), Otherwise = true)] public Reply Other(Ticket t) => null!;
            [Step, Output] public Reply Finish([From(nameof(Bill), nameof(Event), nameof(Other))] Reply? reply) => null!;
            """, Routes, "").Sound();

        Assert.Equal("global::Acme.Route.Billing", Assert.Single(model.Node("Bill").Guards).Constant);
        Assert.Equal("global::Acme.Route.@event", Assert.Single(model.Node("Event").Guards).Constant);
        var otherwise = Assert.Single(model.Node("Other").Guards);
        Assert.Equal(GuardTest.Otherwise, otherwise.Test);
        Assert.Equal(["global::Acme.Route.Billing", "global::Acme.Route.@event"], otherwise.OtherConstants);
    }

    [Theory]
    [InlineData("string", "\"a\\\"b\"", "\"a\\\"b\"")]
    [InlineData("int", "-3", "-3")]
    [InlineData("long", "3", "3")]
    [InlineData("byte", "3", "3")]
    [InlineData("char", "'x'", "'x'")]
    [InlineData("double", "1.5", "1.5D")]
    [InlineData("float", "2", "2F")]
    [InlineData("Route", "(Route)77", "(global::Acme.Route)(77)")]
    public void An_answer_is_written_as_a_constant_of_the_conditions_type(string type, string answer, string expected)
    {
        var model = Parsed.Members($$"""
            {{type}} Ask(Ticket t) => default!;
            [Step(When = nameof(Ask), Is = {{answer}})] public Reply A(Ticket t) => null!;
            [Step(When = nameof(Ask), Otherwise = true)] public Reply B(Ticket t) => null!;
            """, Routes, "").Sound();

        Assert.Equal(expected, Assert.Single(model.Node("A").Guards).Constant);
    }

    [Fact]
    public void Answers_of_a_Boolean_condition_are_all_true_or_false()
    {
        var model = Parsed.Members("""
            bool Ask(Ticket t) => true;
            [Step(When = nameof(Ask), Is = true)] public Reply A(Ticket t) => null!;
            [Step(When = nameof(Ask), Otherwise = true)] public Reply B(Ticket t) => null!;
            """, attributes: "").Sound();

        Assert.Equal((GuardTest.True, GuardTest.False), (model.Node("A").Guards[0].Test, model.Node("B").Guards[0].Test));
    }

    [Fact]
    public void A_prompt_may_be_the_condition()
    {
        var model = Parsed.Members("""
            [Prompt("{{t.Question}}")] public partial Task<Route> Ask(Ticket t, IChatClient chat);
            [Step(When = nameof(Ask), Is = Route.Sales)] public Reply A(Ticket t) => null!;
            [Step(When = nameof(Ask), Otherwise = true)] public Reply B(Ticket t) => null!;
            """, Routes).Sound();

        Assert.Equal((3, 0), (model.Nodes.Length, model.Node("A").Guards[0].Condition));
    }

    [Theory]
    [InlineData("[Step(When = \"Nothing\")] public Reply A(Ticket t) => null!;")]
    [InlineData("[Step(Is = 1)] public Reply A(Ticket t) => null!;")]
    [InlineData("[Step(Otherwise = true)] public Reply A(Ticket t) => null!;")]
    [InlineData("int C(Ticket t) => 1; [Step(When = nameof(C))] public Reply A(Ticket t) => null!;")]
    [InlineData("int C(Ticket t) => 1; [Step(Unless = nameof(C))] public Reply A(Ticket t) => null!;")]
    [InlineData("int C(Ticket t) => 1; [Step(When = nameof(C), Is = \"x\")] public Reply A(Ticket t) => null!;")]
    [InlineData("byte C(Ticket t) => 1; [Step(When = nameof(C), Is = 256)] public Reply A(Ticket t) => null!;")]
    [InlineData("Route C(Ticket t) => default; [Step(When = nameof(C), Is = 1)] public Reply A(Ticket t) => null!;")]
    [InlineData("int C(Ticket t) => 1; [Step(When = nameof(C), Is = Route.Sales)] public Reply A(Ticket t) => null!;")]
    [InlineData("string C(Ticket t) => \"\"; [Step(When = nameof(C), Is = null)] public Reply A(Ticket t) => null!;")]
    [InlineData("int C(Ticket t) => 1; [Step(When = nameof(C), Is = 1, Otherwise = true)] public Reply A(Ticket t) => null!;")]
    [InlineData("int C(Ticket t) => 1; [Step(When = nameof(C), Otherwise = true)] public Reply A(Ticket t) => null!;")]
    [InlineData("void C(Ticket t) { } [Step(When = nameof(C))] public Reply A(Ticket t) => null!;")]
    [InlineData("bool C<T>(Ticket t) => true; [Step(When = nameof(C))] public Reply A(Ticket t) => null!;")]
    [InlineData("bool C(Ticket t) => true; bool C(int t) => true; [Step(When = nameof(C))] public Reply A(Ticket t) => null!;")]
    [InlineData("[Tool] public bool C(Ticket t) => true; [Step(When = nameof(C))] public Reply A(Ticket t) => null!;")]
    [InlineData("bool C([ForEach] int t) => true; [Step] public int[] L(Ticket t) => null!; [Step(When = nameof(C))] public Reply A(Ticket t) => null!;")]
    [InlineData("[Step] public bool C([ForEach] int t) => true; [Step] public int[] L(Ticket t) => null!; [Step(When = nameof(C))] public Reply A(Ticket t) => null!;")]
    [InlineData("bool C => true; [Step(When = nameof(C))] public Reply A(Ticket t) => null!;")]
    public void KW3013_a_condition_that_cannot_answer(string members) => Parsed.Members(members, Routes, "").Fault("KW3013");

    [Fact]
    public void KW3013_an_answer_is_not_repeated()
    {
        var secret = "key-" + Guid.NewGuid().ToString("N");
        var fault = Parsed.Members($$"""int C(Ticket t) => 1; [Step(When = nameof(C), Is = "{{secret}}")] public Reply A(Ticket t) => null!;""", attributes: "").Fault("KW3013");

        Assert.DoesNotContain(secret, fault.Message, StringComparison.Ordinal);
    }
}
