namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW4003's fix: a model client moves from the constructor to the steps.</summary>
public sealed class TakeClientFixTests
{
    private const string One = "[Step] public async Task<Topic> One(Ticket ticket{0}) => new((await chat.GetResponseAsync(ticket.Question)).Text);";
    private const string Two = "[Step] public async Task<Reply> Two(Topic topic{0}, CancellationToken ct) => new((await chat.GetResponseAsync(topic.Name, cancellationToken: ct)).Text);";

    [Fact]
    public Task It_moves_to_each_step_that_uses_it() => Fixing.ExpectAsync("KW4003", Flow("(IChatClient chat)", One, Two), Flow("", Taking(One), Taking(Two)));

    [Fact]
    public Task Other_parameters_stay() => Fixing.ExpectAsync("KW4003", Flow("(Service service, IChatClient chat)", One, Two), Flow("(Service service)", Taking(One), Taking(Two)));

    [Fact]
    public Task All_at_once() => Fixing.ExpectAllAsync(
        "KW4003",
        Flow("(IChatClient chat)", One, Two) + Flow("(IChatClient chat)", One, Two, "Other"),
        Flow("", Taking(One), Taking(Two)) + Flow("", Taking(One), Taking(Two), "Other"));

    [Theory]
    [InlineData("(IChatClient chat)", "private readonly IChatClient kept = chat; [Step] public Topic One(Ticket ticket) => new(kept.ToString()!);")]
    [InlineData("(IChatClient chat)", "[Step] public Topic One(Ticket ticket) => new(Ask()); private string Ask() => chat.ToString()!;")]
    [InlineData("(IChatClient chat)", "[Step] public Topic One(Ticket ticket) => new(ticket.Question);")]
    public async Task Where_more_than_steps_use_it_the_author_decides(string constructor, string step) =>
        Assert.Empty(await Fixing.TitlesAsync("KW4003", Flow(constructor, step, Two.Replace("chat.GetResponseAsync", "((IChatClient)null!).GetResponseAsync", StringComparison.Ordinal))));

    [Fact]
    public async Task Who_pays_is_not_guessed() =>
        Assert.Empty(await Fixing.TitlesAsync("KW4003", Flow("(IChatClient chat)", One, Two).Replace("[CredentialProfile]", "[CredentialProfile(\"a\"), CredentialProfile(\"b\")]", StringComparison.Ordinal)));

    private static string Taking(string step) => step.Replace("{0}", ", IChatClient chat", StringComparison.Ordinal);

    private static string Flow(string constructor, string one, string two, string name = "Flow") => $$"""
        [Workflow("{{name.ToLowerInvariant()}}")]
        [CredentialProfile]
        public sealed partial class {{name}}{{constructor}} : IWorkflow<Ticket, Reply>
        {
            {{one.Replace("{0}", "", StringComparison.Ordinal)}}
            {{two.Replace("{0}", "", StringComparison.Ordinal)}}
        }

        """ + (name == "Flow" ? "public sealed class Service;\n" : "");
}
