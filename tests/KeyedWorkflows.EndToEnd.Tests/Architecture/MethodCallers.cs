using System.Collections.Frozen;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace KeyedWorkflows.EndToEnd.Tests.Architecture;

/// <summary>Reads in an assembly's code who uses a method: by a call, by a delegate, or by its name, as reflection does.</summary>
internal static class MethodCallers
{
    private static readonly FrozenDictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => (OpCode)field.GetValue(null)!).ToFrozenDictionary(static code => code.Value & 0xFFFF);

    /// <returns>The outermost types that hold a use, by full name.</returns>
    public static IReadOnlyCollection<string> Of(string assembly, string @namespace, string type, string method)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        HashSet<string> callers = [];
        foreach (var handle in metadata.MethodDefinitions)
        {
            var definition = metadata.GetMethodDefinition(handle);
            if (definition.RelativeVirtualAddress != 0 && Tokens(file.GetMethodBody(definition.RelativeVirtualAddress).GetILBytes()!).Any(token => Names(metadata, token, @namespace, type, method)))
                callers.Add(OutermostName(metadata, definition.GetDeclaringType()));
        }
        return callers;
    }

    private static bool Names(MetadataReader metadata, Handle token, string @namespace, string type, string method)
    {
        switch (token.Kind)
        {
            case HandleKind.UserString:
                return metadata.GetUserString((UserStringHandle)token) == method;
            case HandleKind.MemberReference:
                var reference = metadata.GetMemberReference((MemberReferenceHandle)token);
                return metadata.StringComparer.Equals(reference.Name, method) && reference.Parent.Kind == HandleKind.TypeReference
                    && metadata.GetTypeReference((TypeReferenceHandle)reference.Parent) is var referenced
                    && metadata.StringComparer.Equals(referenced.Name, type) && metadata.StringComparer.Equals(referenced.Namespace, @namespace);
            case HandleKind.MethodDefinition:
                var definition = metadata.GetMethodDefinition((MethodDefinitionHandle)token);
                var declaring = metadata.GetTypeDefinition(definition.GetDeclaringType());
                return metadata.StringComparer.Equals(definition.Name, method) && metadata.StringComparer.Equals(declaring.Name, type) && metadata.StringComparer.Equals(declaring.Namespace, @namespace);
            default:
                return false;
        }
    }

    private static IEnumerable<Handle> Tokens(byte[] code)
    {
        for (var at = 0; at < code.Length;)
        {
            int value = code[at++];
            if (value == 0xFE)
                value = (value << 8) | code[at++];
            var operand = OpCodesByValue[value].OperandType;
            if (operand is OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineString)
                yield return MetadataTokens.Handle(BitConverter.ToInt32(code, at));
            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static string OutermostName(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
            type = metadata.GetTypeDefinition(type.GetDeclaringType());
        var @namespace = metadata.GetString(type.Namespace);
        return @namespace.Length == 0 ? metadata.GetString(type.Name) : $"{@namespace}.{metadata.GetString(type.Name)}";
    }
}
