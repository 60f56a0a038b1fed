using System.Collections;
using System.Reflection;
using KeyedWorkflows.Generators.Models;
using KeyedWorkflows.Generators.Parsing;
using KeyedWorkflows.Generators.Tests.Compilations;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Tests.Parsing;

/// <summary>Code as it is while someone types it.</summary>
public sealed class UnfinishedCodeTests
{
    [Theory]
    [InlineData("[Step] public Missing Ask(Ticket t) => null!;")]
    [InlineData("[Step] public Reply Ask(Missing t) => null!;")]
    [InlineData("[Step] public Reply Ask(List<Missing?> t) => null!;")]
    [InlineData("[Step] public Task<Missing> Ask(Ticket t) => null!; [Step] public Reply Other(Missing m) => null!;")]
    [InlineData("[Prompt(\"{{m.Name}} {{m}}\")] public partial Task<Missing> Ask(Missing m, IChatClient chat);")]
    [InlineData("[Prompt(\"{{t}}\")] public partial Missing<string> Ask(Ticket t, IChatClient chat);")]
    [InlineData("[Prompt(\"x\")] public partial Task<string> Ask(Missing chat);")]
    [InlineData("[Prompt(NoConstant)] public partial Task<string> Ask(IChatClient chat);")]
    [InlineData("[SubWorkflow(typeof(Missing))] public partial Task<Reply> Ask(Ticket t);")]
    [InlineData("[SubWorkflow] public partial Task<Reply> Ask(Ticket t);")]
    [InlineData("[Step(When = nameof(Missing))] public Reply Ask(Ticket t) => null!;")]
    [InlineData("[Step] public Reply Ask([From(nameof(Missing))] Ticket t) => null!;")]
    [InlineData("[Step(After = new[] { nameof(Missing) })] public Reply Ask(Ticket t) => null!;")]
    [InlineData("[Prompt(\"x\", Tools = new[] { nameof(Missing) })] public partial Task<Reply> Ask(Ticket t, IChatClient chat);")]
    [InlineData("[Prompt(\"x\", ConfigureOptions = nameof(Missing))] public partial Task<Reply> Ask(Ticket t, IChatClient chat);")]
    [InlineData("[Step] public Reply Ask(Ticket t, [Slot(Missing)] IChatClient chat) => null!;")]
    [InlineData("Missing Is(Ticket t) => null!; [Step(When = nameof(Is), Is = 1)] public Reply Ask(Ticket t) => null!;")]
    [InlineData("[Step] public Reply Ask(Ticket t) => null!; [ChooseProfile] Missing Choose() => null!;")]
    [InlineData("[Step] public Reply Ask(Ticket t) => null!; [Tool] Missing Choose(Missing m) => null!;")]
    [InlineData("[Step] public Reply Ask(Ticket t) => null!; public Flow(Missing m) { }")]
    [InlineData("[Prompt(\"x\")] partial Task<string> Ask(Ticket t, IChatClient chat);")]
    public void What_the_compiler_reports_is_no_fault_of_ours(string members)
    {
        var parse = Parsed.Members(members);

        Assert.Empty(parse.Faults);
        Assert.True(parse.Model!.IsFaulty);
        Assert.NotNull(parse.Model.FaultText);
    }

    [Theory]
    [InlineData("[Workflow(")]
    [InlineData("[Workflow] public partial class Flow : IWorkflow<Missing, Reply> { [Step] }")]
    [InlineData("[Workflow(\"a\")] public partial class Flow : IWorkflow<Ticket> { }")]
    [InlineData("[Workflow(\"a\")] public partial class Flow : Missing { }")]
    [InlineData("[Workflow(\"a\")] public partial class Flow : IWorkflow<Ticket, Reply> { [Step] public Reply Ask(, ) => ; [Prompt(\"{{\")] public partial }")]
    [InlineData("[Workflow(\"a\")] public partial struct Flow : IWorkflow<string, string> { }")]
    [InlineData("[Workflow(\"a\"), CredentialProfile(] public partial class Flow : IWorkflow<string, string> { [Step] void }")]
    [InlineData("[Workflow(\"a\"), CredentialProfile(null!)] public partial class Flow : IWorkflow<string, string> { [Step(After = null, When = null)] public string A([From(null!)] string s) => s; }")]
    [InlineData("[Workflow(null!)] public partial record Flow : IWorkflow<string, string> { [Prompt(null!, Tools = new string[] { null! })] public partial Task<string> A([FromInput] string s, IChatClient chat); }")]
    [InlineData("public partial class Flow<T> { [Workflow(\"a\")] public partial class Flow : IWorkflow<T, T> { [Step] public T A(T t) => t; } }")]
    public void Broken_code_never_throws(string source)
    {
        var compilation = TestCompilation.Of("namespace Acme;\npublic record Reply(string Text);\n" + source);
        foreach (var type in compilation.GetSymbolsWithName(static _ => true, SymbolFilter.Type, TestContext.Current.CancellationToken).OfType<INamedTypeSymbol>())
            Assert.NotNull(WorkflowParser.Parse(type, compilation, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_source_cut_off_or_mangled_anywhere_never_throws()
    {
        const string source = SupportReplyTests.Source;
        var random = new Random(20261124);
        for (var i = 0; i < 150; i++)
        {
            var start = random.Next(source.Length);
            var text = (i % 4) switch
            {
                0 => source[..start],
                1 => source.Remove(start, Math.Min(random.Next(1, 40), source.Length - start)),
                2 => source.Insert(start, source.Substring(random.Next(source.Length - 30), 30)),
                _ => source[..start] + "(){}[]<>\",.;?"[random.Next(13)] + source[(start + 1)..],
            };
            var compilation = TestCompilation.Of(text);
            foreach (var type in compilation.GetSymbolsWithName(static _ => true, SymbolFilter.Type, TestContext.Current.CancellationToken).OfType<INamedTypeSymbol>())
                WorkflowParser.Parse(type, compilation, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void The_same_source_gives_an_equal_model_and_no_symbol_in_it()
    {
        var one = Parsed.Class("Acme.SupportReply", SupportReplyTests.Source);
        var other = Parsed.Class("Acme.SupportReply", SupportReplyTests.Source);

        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Walk(one, []);
    }

    [Fact]
    public void A_cancelled_token_ends_the_work()
    {
        var compilation = TestCompilation.Of(SupportReplyTests.Source);

        Assert.ThrowsAny<OperationCanceledException>(() => WorkflowParser.Parse(compilation.Class("Acme.SupportReply"), compilation, new(canceled: true)));
    }

    private static void Walk(object? value, HashSet<object> seen)
    {
        if (value is null or string || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value))
            return;
        Assert.False(value is ISymbol or Compilation or SyntaxNode or Location or AttributeData, value.GetType().Name);
        if (value is IEnumerable items)
        {
            foreach (var item in items)
                Walk(item, seen);
        }
        foreach (var field in value.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            Walk(field.GetValue(value), seen);
    }
}
