using KeyedWorkflows.Generators.Models;
using KeyedWorkflows.Generators.Parsing;
using KeyedWorkflows.Generators.Tests.Compilations;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Tests.Parsing;

/// <summary>Parses workflow classes from source, and says what is wrong with them.</summary>
internal static class Parsed
{
    /// <summary>Parses the class <c>Acme.Flow</c> of a source.</summary>
    public static WorkflowParse Flow(string source) => Class("Acme.Flow", source);

    /// <summary>Parses a class of some sources.</summary>
    public static WorkflowParse Class(string name, params string[] sources) => Class(TestCompilation.Of(sources), name);

    /// <summary>Parses a class of a compilation.</summary>
    public static WorkflowParse Class(Compilation compilation, string name) => WorkflowParser.Parse(compilation.Class(name), compilation, TestContext.Current.CancellationToken);

    /// <summary>
    /// Parses the members of a class that takes a <c>Ticket</c> and gives a <c>Reply</c>, both of which are there, as is a slot "main".
    /// </summary>
    /// <param name="members">The members of the class.</param>
    /// <param name="types">Further types.</param>
    /// <param name="attributes">What the class is marked with besides; the slot where nothing is said.</param>
    public static WorkflowParse Members(string members, string types = "", string attributes = "[CredentialProfile]") => Flow($$"""
        namespace Acme;

        public sealed record Ticket(string Question, int Number = 0);
        public sealed record Reply(string Text);
        {{types}}

        [Workflow("flow")]
        {{attributes}}
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            {{members}}
        }
        """);

    /// <summary>The model of a workflow that must be sound.</summary>
    public static WorkflowModel Sound(this WorkflowParse parse)
    {
        Assert.Equal("", string.Join('\n', parse.Faults));
        Assert.False(parse.Model!.IsFaulty, parse.Model.FaultText);
        return parse.Model;
    }

    /// <summary>The only fault of a workflow.</summary>
    public static FaultModel Fault(this WorkflowParse parse, string rule)
    {
        var fault = Assert.Single(parse.Faults);
        Assert.Equal(rule, fault.Rule);
        Assert.NotNull(fault.Location);
        Assert.True(parse.Model is null || parse.Model.IsFaulty == (rule != "KW1003"));
        return fault;
    }

    /// <summary>A node by its name.</summary>
    public static NodeModel Node(this WorkflowModel model, string name) => model.Nodes.Single(node => node.Name == name);

    /// <summary>The producers of a parameter, by name; <c>input</c> for the input.</summary>
    public static string SourcesOf(this WorkflowModel model, string node, string parameter) => string.Join(", ", model.Node(node).Parameters.Single(candidate => candidate.Name == parameter).Sources
        .Select(source => source.IsInput ? "input" : model.Nodes[source.Node].Name));

    /// <summary>What the source has at a fault's place.</summary>
    public static string TextAt(string source, FaultModel fault) => source.Substring(fault.Location!.Start, fault.Location.Length);
}
