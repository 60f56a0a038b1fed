namespace KeyedWorkflows.Generators.Tests.Parsing;

public sealed class ConstructorTests
{
    [Fact]
    public void Services_are_read_with_keys_and_defaults()
    {
        var model = Flow("public Flow(IClock clock, [FromKeyedServices(\"eu\")] IClock far, IClock? maybe, int size = 3, IClock? none = null, [FromKeyedServices(Region.Us)] IClock? us = null) { }").Sound();

        Assert.Equal(
            [("clock", null, false, null), ("far", "\"eu\"", false, null), ("maybe", null, true, null), ("size", null, true, "3"), ("none", null, true, null), ("us", "global::Acme.Region.Us", true, (string?)null)],
            model.Constructor.Select(static parameter => (parameter.Name, parameter.ServiceKey, parameter.IsOptional, parameter.DefaultValue)));
    }

    [Fact]
    public void A_private_constructor_will_do() => Assert.Single(Flow("private Flow(IClock clock) { }").Sound().Constructor);

    [Fact]
    public void Of_several_the_marked_one_is_taken() =>
        Assert.Equal("clock", Assert.Single(Flow("public Flow() { } [ActivatorUtilitiesConstructor] public Flow(IClock clock) { } static Flow() { }").Sound().Constructor).Name);

    [Fact]
    public void KW3009_several_and_none_marked() => Flow("public Flow() { } public Flow(IClock clock) { }").Fault("KW3009");

    [Fact]
    public void KW3009_a_parameter_that_no_container_gives() => Flow("public Flow(ref int counter) { }").Fault("KW3009");

    private static Generators.Models.WorkflowParse Flow(string constructor) => Parsed.Flow($$"""
        using Microsoft.Extensions.DependencyInjection;
        namespace Acme;
        public interface IClock;
        public enum Region { Eu, Us }

        [Workflow("flow")]
        public partial class Flow : IWorkflow<string, int>
        {
            {{constructor}}
            [Step] public int Count(string text) => 1;
        }
        """);
}
