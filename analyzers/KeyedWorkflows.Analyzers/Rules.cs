using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Analyzers;

/// <summary>All rules. Each has a page in <c>docs</c>, which its help link opens.</summary>
internal static class Rules
{
    private const string Credentials = "KeyedWorkflows.Credentials";
    private const string Graph = "KeyedWorkflows.Graph";
    private const string Isolation = "KeyedWorkflows.Isolation";
    private const string Secrets = "KeyedWorkflows.Secrets";
    private const string Pages = "https://github.com/keyedworkflows/keyedworkflows/blob/main/analyzers/KeyedWorkflows.Analyzers/docs/";

    public static readonly DiagnosticDescriptor NoCredentialProfile = new(
        "KW1001",
        "A step takes a model client, and the workflow declares no credential profile",
        "{0}",
        Credentials,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A model client is paid for by a credential slot. Without one there is nothing that a run could bring its key for.",
        Pages + "KW1001.md");

    public static readonly DiagnosticDescriptor UnknownSlot = new(
        "KW1002",
        "A slot is not declared, or none is named",
        "{0}",
        Credentials,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Each model client belongs to exactly one declared slot, because a slot is who pays.",
        Pages + "KW1002.md");

    public static readonly DiagnosticDescriptor UnusedSlot = new(
        "KW1003",
        "A declared slot is not used",
        "{0}",
        Credentials,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        "A run must bring a credential for a slot that no step uses.",
        Pages + "KW1003.md");

    public static readonly DiagnosticDescriptor UnboundCall = new(
        "KW1004",
        "A run has no credential",
        "{0}",
        Credentials,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A call that leaves a slot unbound is refused when it runs, unless the host has a default profile: then the operator pays for it, and not the client.",
        Pages + "KW1004.md");

    public static readonly DiagnosticDescriptor UnknownProfile = new(
        "KW1005",
        "A profile is not in the project's list",
        "{0}",
        Credentials,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A run under a profile that the host does not have is refused before its first step. Where the project's list of profiles is declared complete, the build says so.",
        Pages + "KW1005.md");

    public static readonly DiagnosticDescriptor OtherProvider = new(
        "KW1006",
        "A profile is of a provider that the slot does not take",
        "{0}",
        Credentials,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A slot takes the credentials of its own provider alone: a run under another is refused before its first step.",
        Pages + "KW1006.md");

    public static readonly DiagnosticDescriptor EndpointWithoutKey = new(
        "KW1007",
        "An endpoint is given without its own key",
        "{0}",
        Credentials,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A key goes to the endpoint that it was made for, and to no other: an endpoint without a key of its own is refused.",
        Pages + "KW1007.md");

    public static readonly DiagnosticDescriptor HardCodedKey = new(
        "KW2001",
        "A key is hard-coded",
        "{0}",
        Secrets,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A key in the sources is read by everybody who reads the sources, for as long as their history is kept, and pays for every client at once.",
        Pages + "KW2001.md");

    public static readonly DiagnosticDescriptor KeyInFile = new(
        "KW2002",
        "A key is written in a configuration file",
        "{0}",
        Secrets,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A key in a file of the project goes where the project goes: into its history, its packages and its images.",
        Pages + "KW2002.md");

    public static readonly DiagnosticDescriptor SecretFlowsOut = new(
        "KW2003",
        "A secret flows out",
        "{0}",
        Secrets,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "What is logged, sent to a model, thrown, printed or returned by a step is kept and read by others than the one whose key it is.",
        Pages + "KW2003.md");

    public static readonly DiagnosticDescriptor PlainKeyInput = new(
        "KW2004",
        "A key is taken as plain text",
        "{0}",
        Secrets,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A plain text is written down wherever inputs are: in records, events and logs. A Secret is not.",
        Pages + "KW2004.md");

    public static readonly DiagnosticDescriptor HandBuiltClient = new(
        "KW2005",
        "A workflow builds a model client by hand",
        "{0}",
        Secrets,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A client that is built by hand pays with a key that no run has chosen, past the limits, the booking and the protection of keys.",
        Pages + "KW2005.md");

    public static readonly DiagnosticDescriptor Cycle = new(
        "KW3001",
        "Steps wait for each other",
        "{0}",
        Graph,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "The graph of a workflow has no cycles, so that every run ends.",
        Pages + "KW3001.md");

    public static readonly DiagnosticDescriptor NoProducer = new(
        "KW3002",
        "Nothing produces what is needed",
        "{0}",
        Graph,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A parameter takes the result of the one step that produces its type, or the input; the output is what a step produces.",
        Pages + "KW3002.md");

    public static readonly DiagnosticDescriptor AmbiguousProducer = new(
        "KW3003",
        "Several steps produce what is needed",
        "{0}",
        Graph,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Where a type does not say which step is meant, the author must.",
        Pages + "KW3003.md");

    public static readonly DiagnosticDescriptor MergeNotExclusive = new(
        "KW3004",
        "A merge is not exclusive",
        "{0}",
        Graph,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A merge takes the one result that is there, so it must be proven that no two are.",
        Pages + "KW3004.md");

    public static readonly DiagnosticDescriptor OutputNotProduced = new(
        "KW3005",
        "The output is not always produced",
        "{0}",
        Graph,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A run promises an output, whatever the conditions answer and whichever optional step fails.",
        Pages + "KW3005.md");

    public static readonly DiagnosticDescriptor Template = new(
        "KW3006",
        "A prompt's template is not valid",
        "{0}",
        Graph,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Placeholders are checked at build: what is sent to a model is never a template with holes.",
        Pages + "KW3006.md");

    public static readonly DiagnosticDescriptor Json = new(
        "KW3007",
        "A type cannot be written as JSON, or read from it",
        "{0}",
        Graph,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Inputs, outputs and the results of steps are kept as JSON.",
        Pages + "KW3007.md");

    public static readonly DiagnosticDescriptor Name = new(
        "KW3008",
        "A name is not valid, or is taken",
        "{0}",
        Graph,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Names are how runs, steps, slots and tools are found again: in calls, events, records and metrics.",
        Pages + "KW3008.md");

    /// <summary>The same rule, where it takes all workflows of the project to see it.</summary>
    public static readonly DiagnosticDescriptor DuplicateName = AtEnd(Name);

    public static readonly DiagnosticDescriptor Class = new(
        "KW3009",
        "The class cannot be completed",
        "{0}",
        Graph,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "The executor and the prompts' bodies are emitted into the class, so it must be one that can be added to.",
        Pages + "KW3009.md");

    public static readonly DiagnosticDescriptor Step = new(
        "KW3010",
        "A step has a shape that cannot run",
        "{0}",
        Graph,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Steps are called by emitted code that binds each parameter from the run.",
        Pages + "KW3010.md");

    public static readonly DiagnosticDescriptor Tool = new(
        "KW3011",
        "A tool has a shape that cannot be offered",
        "{0}",
        Graph,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Tools are called with what a model writes: each parameter must come from the model or from the run, and be describable.",
        Pages + "KW3011.md");

    public static readonly DiagnosticDescriptor SubWorkflow = new(
        "KW3012",
        "A sub-workflow cannot be run",
        "{0}",
        Graph,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A child takes the parent's binding slot by slot, so each of its slots needs a payer.",
        Pages + "KW3012.md");

    public static readonly DiagnosticDescriptor Condition = new(
        "KW3013",
        "A condition cannot be asked",
        "{0}",
        Graph,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A condition is asked once a run, and its answer must be one that the steps can test.",
        Pages + "KW3013.md");

    public static readonly DiagnosticDescriptor BlockingCall = new(
        "KW3014",
        "A step blocks a thread",
        "{0}",
        Graph,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A blocked thread is taken from every other run of the process, and can lock the run up for good.",
        Pages + "KW3014.md");

    public static readonly DiagnosticDescriptor Unmarked = new(
        "KW3015",
        "A class has steps and is no workflow",
        "{0}",
        Graph,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Steps, prompts and tools mean something only in a class marked [Workflow]: for others nothing is emitted, and nothing runs them.",
        Pages + "KW3015.md");

    public static readonly DiagnosticDescriptor KeptClient = new(
        "KW4001",
        "A model client is kept beyond its step",
        "{0}",
        Isolation,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "A model client pays with the key of one run. Kept in a field, a static, a shared service or work that nobody waits for, it meets other clients' runs.",
        Pages + "KW4001.md");

    public static readonly DiagnosticDescriptor SharedCache = new(
        "KW4002",
        "A response cache is shared by all payers",
        "{0}",
        Isolation,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "An answer that one client has paid for, and that holds its data, must not be another client's answer.",
        Pages + "KW4002.md");

    public static readonly DiagnosticDescriptor OtherPayer = new(
        "KW4003",
        "Something pays past the run's own binding",
        "{0}",
        Isolation,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Who pays is bound for the whole run before its first step. A client from elsewhere pays with another key, and a tool whose tenant the model names reaches another tenant's data.",
        Pages + "KW4003.md");

    public static readonly DiagnosticDescriptor StepState = new(
        "KW4004",
        "A step assigns state of its class",
        "{0}",
        Isolation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Steps run side by side, and a run that is taken up again does not run those that are done: what one leaves in a field is not there for the next.",
        Pages + "KW4004.md");

    public static readonly DiagnosticDescriptor UnsafeService = new(
        "KW4005",
        "A service that is not safe side by side",
        "{0}",
        Isolation,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        "Steps that need nothing of each other run at once: a service that serves one caller at a time breaks under two.",
        Pages + "KW4005.md");

    /// <summary>The rules that the parser's faults name.</summary>
    public static ImmutableArray<DiagnosticDescriptor> OfWorkflows { get; } =
    [
        NoCredentialProfile,
        UnknownSlot,
        UnusedSlot,
        Cycle,
        NoProducer,
        AmbiguousProducer,
        MergeNotExclusive,
        OutputNotProduced,
        Template,
        Json,
        Name,
        Class,
        Step,
        Tool,
        SubWorkflow,
        Condition,
        Unmarked,
        DuplicateName,
    ];

    /// <summary>The rule with an id; null where there is none.</summary>
    public static DiagnosticDescriptor? Find(string id)
    {
        foreach (var rule in OfWorkflows)
        {
            if (rule.Id == id)
                return rule;
        }
        return null;
    }

    /// <summary>A rule that is reported when all of the project has been seen.</summary>
    private static DiagnosticDescriptor AtEnd(DiagnosticDescriptor rule) =>
        new(rule.Id, rule.Title, rule.MessageFormat, rule.Category, rule.DefaultSeverity, rule.IsEnabledByDefault, rule.Description, rule.HelpLinkUri, WellKnownDiagnosticTags.CompilationEnd);
}
