using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Emits the client: an interface, a class over any transport, and for several slots a record of credentials.</summary>
internal sealed class ClientEmitter
{
    private const string Options = Names.Product + "RunOptions";
    private const string Credential = Names.Product + "Credential";
    private const string Given = Names.Runtime + "RunCredentials";
    private readonly WorkflowModel model;
    private readonly string input;
    private readonly string output;
    private readonly string record;
    private readonly string title;

    public ClientEmitter(WorkflowModel model)
    {
        this.model = model;

        // Where the author's types are not known, callers still compile: what they say is no second error.
        input = model.Input is { } taken ? TypeText.Of(taken) : "object";
        output = model.Output is { } given ? TypeText.Of(given) : "dynamic";
        record = model.ClassName + "Credentials";
        title = $"the workflow <c>{Literals.Xml(model.Name)}</c>";
    }

    /// <summary>The name of a workflow's client interface.</summary>
    public static string InterfaceOf(string className) => $"I{className}Client";

    /// <summary>The name of a workflow's client class.</summary>
    public static string ClassOf(string className) => className + "Client";

    public void Emit(CodeWriter code)
    {
        var contract = InterfaceOf(model.ClassName);
        var name = ClassOf(model.ClassName);
        code.Line();
        code.Line($"/// <summary>Runs {title}{(model.Description is { } text ? ": " + Literals.Xml(text.TrimEnd('.', ' ')) : "")}. Safe for use from several threads.</summary>");
        code.Line(Names.GeneratedCode);
        EmitSlotMarks(code);
        code.Open($"{model.ClientAccessibility} interface {contract}");
        EmitMembers(code, EmitDeclaration);
        code.Close().Line();

        code.Line($"/// <summary>Runs {title} by a transport: in this process, or elsewhere.</summary>");
        code.Line("/// <param name=\"transport\">The transport.</param>");
        code.Line(Names.GeneratedCode);
        EmitSlotMarks(code);
        code.Open($"{model.ClientAccessibility} sealed class {name}({Names.Runtime}WorkflowTransport transport) : {contract}");
        if (!model.IsFaulty)
            code.Line($"private static {Names.DefinitionOf(input, output)} Definition => {Names.Runtime}WorkflowDefinition.Of<{model.FullName}, {input}, {output}>();").Line();
        else
            code.Line("// The workflow has an error: its client says so when it is called.").Line($"private readonly {Names.Runtime}WorkflowTransport transport = transport;").Line();
        EmitMembers(code, EmitImplementation);
        code.Close();

        if (model.Slots.Length > 1)
            EmitRecord(code);
    }

    /// <summary>Says where it is called what a call without credential leaves open, and which credentials fit: the rules KW1004 and KW1006 read it.</summary>
    private void EmitSlotMarks(CodeWriter code)
    {
        var unbound = new List<string>();
        foreach (var slot in model.Slots)
        {
            if (slot is { Default: null, HasChooser: false, HasSelectingInput: false })
                unbound.Add(Literals.Of(slot.Name));
        }
        if (unbound.Count > 0)
            code.Line($"[{Names.Runtime}UnboundSlots({string.Join(", ", unbound)})]");
        foreach (var slot in model.Slots)
            EmitProviders(code, slot);
    }

    private static void EmitProviders(CodeWriter code, SlotModel slot)
    {
        if (slot.Providers.IsEmpty)
            return;
        var names = new List<string> { Literals.Of(slot.Name) };
        foreach (var provider in slot.Providers)
            names.Add(Literals.Of(provider));
        code.Line($"[{Names.Runtime}SlotProviders({string.Join(", ", names)})]");
    }

    private void EmitMembers(CodeWriter code, Action<CodeWriter, ClientMethod, ClientOverload> emit)
    {
        var isFirst = true;
        foreach (var method in ClientMethod.All)
        {
            foreach (var overload in Overloads())
            {
                if (!isFirst)
                    code.Line();
                isFirst = false;
                emit(code, method, overload);
            }
        }
    }

    private List<ClientOverload> Overloads()
    {
        var overloads = new List<ClientOverload> { new(null, false, Given + ".None"), new(null, true, Given + ".None") };

        // A faulty workflow may lack its slots, and its callers still give what they would.
        if (model.Slots.IsEmpty && !model.IsFaulty)
            return overloads;
        overloads.Add(new(Credential + " credential", false, $"{Given}.For(credential)"));
        overloads.Add(new(Credential + " credential", true, $"{Given}.For(credential)"));
        if (model.Slots.Length > 1)
        {
            overloads.Add(new(record + " credentials", false, $"{Given}.PerSlot({PerSlot()})", IsRecord: true));
            overloads.Add(new(record + " credentials", true, $"{Given}.PerSlot({PerSlot()})", IsRecord: true));
        }
        return overloads;
    }

    private string PerSlot()
    {
        var slots = new List<string>();
        foreach (var property in Properties())
            slots.Add("credentials." + property);
        return string.Join(", ", slots);
    }

    private void EmitDeclaration(CodeWriter code, ClientMethod method, ClientOverload overload)
    {
        code.Line($"/// <summary>{method.Summary}{overload.Summary}</summary>");
        code.Line("/// <param name=\"input\">The input.</param>");
        if (overload.Credential is not null)
        {
            code.Line(!overload.IsRecord
                ? $"/// <param name=\"credential\">The credential{(model.Slots.Length > 1 ? " of all slots" : "")}. Given but null, empty or malformed, it fails the run.</param>"
                : "/// <param name=\"credentials\">The credential of each slot.</param>");
        }
        if (overload.HasOptions)
            code.Line("/// <param name=\"options\">What the call sets besides.</param>");
        code.Line("/// <param name=\"cancellationToken\">Ends the call.</param>");
        code.Line($"/// <returns>{method.Returns}</returns>");
        code.Line($"{Header(method, overload)};");
    }

    private void EmitImplementation(CodeWriter code, ClientMethod method, ClientOverload overload)
    {
        code.Line("/// <inheritdoc/>");
        code.Line($"public {Header(method, overload)}");
        if (model.IsFaulty)
        {
            var error = $"new {Names.InvalidOperationException}({Literals.Of(model.FaultText ?? FaultyWorkflowEmitter.Fallback)})";
            code.Indent();
            if (method.Result(input, output) is { } result && result.StartsWith(Names.Task, StringComparison.Ordinal))
                code.Line($"=> {Names.Task}.FromException{result.Substring(Names.Task.Length)}({error});");
            else
                code.Line($"=> throw {error};");
            code.Outdent();
            return;
        }
        var call = $"transport.{method.Name}(Definition, input, {overload.Given}, {(overload.HasOptions ? "options" : "null")}, cancellationToken);";
        if (overload is { IsRecord: false, HasOptions: false })
        {
            code.Indent().Line("=> " + call).Outdent();
            return;
        }
        code.Open();
        if (overload.IsRecord)
            code.Line("global::System.ArgumentNullException.ThrowIfNull(credentials);");
        if (overload.HasOptions)
            code.Line("global::System.ArgumentNullException.ThrowIfNull(options);");
        code.Line("return " + call).Close();
    }

    private string Header(ClientMethod method, ClientOverload overload) =>
        $"{method.Result(input, output)} {method.Name}({input} input{(overload.Credential is null ? "" : ", " + overload.Credential)}{(overload.HasOptions ? $", {Options} options" : "")}, {Names.CancellationToken} cancellationToken = default)";

    private void EmitRecord(CodeWriter code)
    {
        code.Line();
        code.Line($"/// <summary>The credentials of a run of {title}: one for each slot. What is null is not given.</summary>");
        code.Line(Names.GeneratedCode);
        code.Open($"{model.ClientAccessibility} sealed record {record}");
        var properties = Properties();
        for (var i = 0; i < properties.Count; i++)
        {
            var slot = model.Slots[i];
            var isRequired = slot is { Default: null, HasChooser: false, HasSelectingInput: false };
            if (i > 0)
                code.Line();
            code.Line($"/// <summary>Slot <c>{Literals.Xml(slot.Name)}</c>{(slot.Description is { } text ? ": " + Literals.Xml(text.TrimEnd('.', ' ')) : "")}.</summary>");
            EmitProviders(code, slot);
            code.Line($"public {(isRequired ? "required " : "")}{Credential}{(isRequired ? "" : "?")} {properties[i]} {{ get; init; }}");
        }
        code.Close();
    }

    /// <summary>The properties of the record, none of which is a member that every record has.</summary>
    private List<string> Properties()
    {
        var names = new LocalNames(record, "Clone", "Equals", "GetHashCode", "GetType", "ToString", "EqualityContract", "PrintMembers", "MemberwiseClone", "Finalize", "ReferenceEquals");
        var properties = new List<string>();
        foreach (var slot in model.Slots)
            properties.Add(names.Add(slot.PropertyName));
        return properties;
    }
}
