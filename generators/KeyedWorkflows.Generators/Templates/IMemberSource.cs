using System.Diagnostics.CodeAnalysis;
using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Templates;

/// <summary>What placeholders may reach: symbols where the template stands in the source, a table where it stands in a file.</summary>
internal interface IMemberSource
{
    /// <summary>A parameter of the prompt, or <c>run</c>.</summary>
    bool TryGetRoot(string name, [NotNullWhen(true)] out MemberShape? root);

    /// <summary>A public property or field.</summary>
    bool TryGetMember(MemberShape parent, string name, [NotNullWhen(true)] out MemberShape? member);

    /// <summary>For messages: what may start a placeholder.</summary>
    IReadOnlyList<string> RootNames();

    /// <summary>For messages: what may follow.</summary>
    IReadOnlyList<string> MemberNames(MemberShape parent);
}
