using KeyedWorkflows.Generators.Graph;
using KeyedWorkflows.Generators.Keys;
using KeyedWorkflows.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Credentials;

/// <summary>Finds the constants that name a profile, and the slots that it is to pay for.</summary>
internal sealed class ProfileNameCheck(ProfileList list, Compilation compilation, INamedTypeSymbol credential)
{
    private readonly INamedTypeSymbol? workflow = compilation.GetTypeByMetadataName(KnownNames.Workflow);
    private readonly INamedTypeSymbol? slotProviders = compilation.GetTypeByMetadataName(KnownNames.SlotProviders);
    private readonly INamedTypeSymbol? credentialProfile = compilation.GetTypeByMetadataName(KnownNames.CredentialProfile);
    private readonly INamedTypeSymbol? profileName = compilation.GetTypeByMetadataName(KnownNames.ProfileName);
    private readonly INamedTypeSymbol? chooseProfile = compilation.GetTypeByMetadataName(KnownNames.ChooseProfile);

    /// <summary>What is wrong with a name that the list does not hold; null where it does, or where the name may be a key.</summary>
    /// <param name="list">The list.</param>
    /// <param name="name">The name.</param>
    /// <param name="providers">What the slot takes: the name that is meant is one that fits.</param>
    /// <param name="near">The name that is meant; null where none is near.</param>
    public static string? Unknown(ProfileList list, string name, IReadOnlyList<string> providers, out string? near)
    {
        near = null;
        if (list.Find(name) is not null || ProfileText.MayBeKey(name))
            return null;
        near = Nearest.Of(name, list.Fitting(providers)) ?? Nearest.Of(name, NamesOf(list));

        // What is no profile's name is not repeated: it may be anything.
        var what = ProfileText.IsName(name) ? $"The project's list of profiles, which is declared complete, has no `{name}`." : "This is no profile's name, and a run under it is refused.";
        return near is not null ? $"{what} Did you mean `{near}`?" : $"{what} Name a profile of the list, or add this one to it.";
    }

    /// <summary>A text becomes a credential.</summary>
    public void OfConversion(OperationAnalysisContext context)
    {
        var conversion = (IConversionOperation)context.Operation;
        if (conversion.OperatorMethod is { } method && SymbolEqualityComparer.Default.Equals(method.ContainingType, credential))
            Check(context, conversion.Operand, conversion);
    }

    /// <summary><c>Credential.Profile("name")</c>; an input's constructor is looked at in <see cref="OfCreation"/>.</summary>
    public void OfCall(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod is { Name: "Profile" or "FromString", IsStatic: true } method && SymbolEqualityComparer.Default.Equals(method.ContainingType, credential) && call.Arguments.Length == 1)
            Check(context, call.Arguments[0].Value, call);
    }

    /// <summary>An input is made: what it gives for a parameter marked <c>[ProfileName]</c> is a name.</summary>
    public void OfCreation(OperationAnalysisContext context)
    {
        foreach (var argument in ((IObjectCreationOperation)context.Operation).Arguments)
        {
            if (argument is { ArgumentKind: ArgumentKind.Explicit, Parameter: { Type.SpecialType: SpecialType.System_String } parameter } && IsProfileName(parameter))
                Check(context, argument.Value, null);
        }
    }

    /// <summary>The same by its property.</summary>
    public void OfAssignment(OperationAnalysisContext context)
    {
        var assignment = (ISimpleAssignmentOperation)context.Operation;
        if (assignment.Target is IPropertyReferenceOperation { Property: { Type.SpecialType: SpecialType.System_String } property } && IsProfileName(property))
            Check(context, assignment.Value, null);
    }

    /// <summary>The defaults of a workflow's slots.</summary>
    public void OfDefaults(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (Attributes.Find(type, workflow) is null)
            return;
        foreach (var attribute in type.GetAttributes())
        {
            if (!SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, credentialProfile) || Attributes.Text(attribute, "Default") is not { } name)
                continue;
            if (attribute.ApplicationSyntaxReference is { } source && Places.OfArgument(attribute, "Default", context.CancellationToken) is { } place)
                Check(name, place, [SlotProviders.Declared(attribute)], list.IsCompleteFor(context.Options.AnalyzerConfigOptionsProvider.GetOptions(source.SyntaxTree)), context.ReportDiagnostic);
        }
    }

    private void Check(OperationAnalysisContext context, IOperation value, IOperation? made)
    {
        var names = new List<NamedProfile>(1);
        NamedProfile.Gather(value, names);
        if (names.Count == 0)
            return;
        var slots = made is null ? [] : SlotsOf(made, context.ContainingSymbol);
        var isComplete = list.IsCompleteFor(context.Options.AnalyzerConfigOptionsProvider.GetOptions(value.Syntax.SyntaxTree));
        foreach (var name in names)
            Check(name.Name, name.Syntax.GetLocation(), slots, isComplete, context.ReportDiagnostic);
    }

    private void Check(string name, Location place, List<SlotProviders> slots, bool isComplete, Action<Diagnostic> report)
    {
        if (list.Find(name) is not { } profile)
        {
            if (isComplete && Unknown(list, name, slots.Count == 1 ? slots[0].Providers : [], out var near) is { } message)
                report(Diagnostic.Create(Rules.UnknownProfile, place, FixChoices.Of(near is null ? [] : [near]), message));
            return;
        }
        foreach (var slot in slots)
        {
            if (!profile.IsMisfit(slot.Providers))
                continue;
            var fitting = Instead(profile, slots);
            var offered = new List<string>(fitting.Count);
            foreach (var one in fitting)
                offered.Add(Wording.Code(one));
            report(Diagnostic.Create(
                Rules.OtherProvider,
                place,
                FixChoices.Of(fitting),
                $"Slot `{KeyText.Without(slot.Slot)}` takes credentials of {Named(slot.Providers)}, and the profile `{name}` is one of {profile.Provider}: a run under it is refused. "
                + (offered.Count > 0 ? $"Name one that fits: {Wording.List(offered, "or")}." : "Name a profile that fits, or let the slot take that provider.")));
            return;
        }
    }

    /// <summary>The profiles of the same tenant that fit all slots, those with a near name first. Another tenant's would bill somebody else.</summary>
    private List<string> Instead(ListedProfile profile, List<SlotProviders> slots)
    {
        var names = new List<string>();
        foreach (var other in list.Profiles)
        {
            var fits = other.IsOfTenantOf(profile);
            foreach (var slot in slots)
                fits &= other.Fits(slot.Providers);
            if (fits)
                names.Add(other.Name);
        }
        if (Nearest.Of(profile.Name, names) is { } near && names.Remove(near))
            names.Insert(0, near);
        return names;
    }

    /// <summary>The slots that a credential pays for, as far as the code says it where the credential is made: those of the client that is called, the one of the property, or the chooser's.</summary>
    private List<SlotProviders> SlotsOf(IOperation made, ISymbol around)
    {
        var value = made;
        var parent = made.Parent;
        while (parent is IConversionOperation or IParenthesizedOperation or IConditionalOperation or ICoalesceOperation or ISwitchExpressionArmOperation or ISwitchExpressionOperation or IAwaitOperation || IsWrapped(parent))
        {
            value = parent!;
            parent = value.Parent;
        }
        switch (parent)
        {
            case IArgumentOperation { Parent: IInvocationOperation call } argument when SymbolEqualityComparer.Default.Equals(argument.Parameter?.Type, credential):
                return SlotProviders.Of(call.TargetMethod.ContainingType, slotProviders);
            case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: { } property } } assignment when ReferenceEquals(assignment.Value, value):
                return SlotProviders.Of(property, slotProviders);
            case IReturnOperation when around is IMethodSymbol chooser && IsOwnReturn(parent):
                return OfChooser(chooser);
            default:
                return [];
        }
    }

    /// <summary><c>Task.FromResult(credential)</c> and <c>new ValueTask&lt;Credential&gt;(credential)</c>.</summary>
    private static bool IsWrapped(IOperation? parent) => parent switch
    {
        IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "FromResult", ContainingType.Name: "Task" or "ValueTask" } } } => true,
        IArgumentOperation { Parent: IObjectCreationOperation { Type.Name: "ValueTask" } } => true,
        IInvocationOperation { TargetMethod: { Name: "FromResult", ContainingType.Name: "Task" or "ValueTask" } } or IObjectCreationOperation { Type.Name: "ValueTask" } => true,
        _ => false,
    };

    /// <summary>Not that of a lambda or a local function.</summary>
    private static bool IsOwnReturn(IOperation operation)
    {
        for (var around = operation.Parent; around is not null; around = around.Parent)
        {
            if (around is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return false;
        }
        return true;
    }

    private List<SlotProviders> OfChooser(IMethodSymbol method)
    {
        if (Attributes.Find(method, chooseProfile) is not { } mark || Attributes.Find(method.ContainingType, workflow) is null)
            return [];
        var slot = mark.ConstructorArguments is [{ Value: string name }, ..] ? name : "main";
        foreach (var attribute in method.ContainingType.GetAttributes())
        {
            if (SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, credentialProfile) && SlotProviders.Declared(attribute) is var declared && declared.Slot == slot)
                return [declared];
        }
        return [];
    }

    private bool IsProfileName(ISymbol symbol) => Attributes.Find(symbol, profileName) is not null || (symbol is IParameterSymbol { ContainingType.IsRecord: true } parameter && IsMarkedProperty(parameter));

    /// <summary>A record's <c>[property: ProfileName]</c> stands on the property alone.</summary>
    private bool IsMarkedProperty(IParameterSymbol parameter)
    {
        foreach (var member in parameter.ContainingType.GetMembers(parameter.Name))
        {
            if (member is IPropertySymbol && Attributes.Find(member, profileName) is not null)
                return true;
        }
        return false;
    }

    /// <summary>What stands for a provider in code may be anything, too.</summary>
    private static string Named(IReadOnlyList<string> providers)
    {
        foreach (var provider in providers)
        {
            if (ProfileText.MayBeKey(provider))
                return "another provider";
        }
        return Wording.List(providers, "or");
    }

    private static List<string> NamesOf(ProfileList list)
    {
        var names = new List<string>(list.Profiles.Count);
        foreach (var profile in list.Profiles)
            names.Add(profile.Name);
        return names;
    }
}
