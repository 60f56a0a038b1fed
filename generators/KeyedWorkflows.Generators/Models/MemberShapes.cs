using System.Diagnostics.CodeAnalysis;
using KeyedWorkflows.Generators.Templates;

namespace KeyedWorkflows.Generators.Models;

/// <summary>What the placeholders of a prompt's file may reach: the prompt's parameters, and the public members of their types, down to a bounded depth.</summary>
/// <param name="Roots">The prompt's parameters, and <c>run</c>.</param>
/// <param name="Types">The types, by number.</param>
internal sealed record MemberShapes(EquatableArray<MemberShape> Roots, EquatableArray<TypeMembers> Types) : IMemberSource
{
    public bool TryGetRoot(string name, [NotNullWhen(true)] out MemberShape? root) => TryFind(Roots, name, out root);

    public bool TryGetMember(MemberShape parent, string name, [NotNullWhen(true)] out MemberShape? member)
    {
        member = null;
        return parent.Type >= 0 && parent.Type < Types.Length && TryFind(Types[parent.Type].Members, name, out member);
    }

    public IReadOnlyList<string> RootNames() => NamesOf(Roots);

    public IReadOnlyList<string> MemberNames(MemberShape parent) => parent.Type >= 0 && parent.Type < Types.Length ? NamesOf(Types[parent.Type].Members) : [];

    private static bool TryFind(EquatableArray<MemberShape> members, string name, [NotNullWhen(true)] out MemberShape? found)
    {
        foreach (var member in members)
        {
            if (member.Name == name)
            {
                found = member;
                return true;
            }
        }
        found = null;
        return false;
    }

    private static List<string> NamesOf(EquatableArray<MemberShape> members)
    {
        var names = new List<string>(members.Length);
        foreach (var member in members)
        {
            if (member.Kind != MemberKind.NotAValue && !member.IsImplied)
                names.Add(member.Name);
        }
        return names;
    }
}
