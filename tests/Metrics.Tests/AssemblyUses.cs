using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Metrics.Tests;

/// <summary>What the types of an assembly use, read from its metadata and IL.</summary>
internal sealed class AssemblyUses(PEReader file)
{
    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields()
        .Select(f => f.GetValue(null)).OfType<OpCode>().ToDictionary(c => c.Value & 0xffff);

    private readonly MetadataReader metadata = file.GetMetadataReader();

    /// <summary>By the outermost type: what the compiler makes of a lambda or an async method belongs to it.</summary>
    public IEnumerable<(string Name, HashSet<string> Uses)> Types()
    {
        var names = new TypeNames();
        foreach (var group in metadata.TypeDefinitions.GroupBy(h => TypeNames.Of(metadata, h)))
        {
            var uses = new HashSet<string>();
            foreach (var type in group) Add(uses, names, metadata.GetTypeDefinition(type));
            yield return (group.Key, uses);
        }
    }

    private void Add(HashSet<string> uses, TypeNames names, TypeDefinition type)
    {
        if (!type.BaseType.IsNil) uses.UnionWith(names.Of(metadata, type.BaseType));
        foreach (var face in type.GetInterfaceImplementations())
            uses.UnionWith(names.Of(metadata, metadata.GetInterfaceImplementation(face).Interface));
        foreach (var parameter in type.GetGenericParameters()) AddConstraints(uses, names, parameter);
        foreach (var field in type.GetFields()) uses.UnionWith(metadata.GetFieldDefinition(field).DecodeSignature(names, null));
        AddAttributes(uses, names, type.GetCustomAttributes());
        foreach (var handle in type.GetMethods())
        {
            var method = metadata.GetMethodDefinition(handle);
            uses.UnionWith(TypeNames.All(method.DecodeSignature(names, null)));
            AddAttributes(uses, names, method.GetCustomAttributes());
            foreach (var parameter in method.GetGenericParameters()) AddConstraints(uses, names, parameter);
            if (method.RelativeVirtualAddress != 0) AddBody(uses, names, file.GetMethodBody(method.RelativeVirtualAddress));
        }
    }

    private void AddConstraints(HashSet<string> uses, TypeNames names, GenericParameterHandle parameter)
    {
        foreach (var constraint in metadata.GetGenericParameter(parameter).GetConstraints())
            uses.UnionWith(names.Of(metadata, metadata.GetGenericParameterConstraint(constraint).Type));
    }

    private void AddAttributes(HashSet<string> uses, TypeNames names, CustomAttributeHandleCollection attributes)
    {
        foreach (var attribute in attributes) uses.UnionWith(names.Of(metadata, metadata.GetCustomAttribute(attribute).Constructor));
    }

    private void AddBody(HashSet<string> uses, TypeNames names, MethodBodyBlock body)
    {
        if (!body.LocalSignature.IsNil)
            foreach (var local in metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(names, null)) uses.UnionWith(local);
        foreach (var region in body.ExceptionRegions.Where(r => !r.CatchType.IsNil)) uses.UnionWith(names.Of(metadata, region.CatchType));
        var code = body.GetILReader();
        while (code.RemainingBytes > 0)
        {
            int number = code.ReadByte();
            if (number == 0xfe) number = 0xfe00 | code.ReadByte();
            switch (Codes[number].OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    uses.UnionWith(names.Of(metadata, MetadataTokens.EntityHandle(code.ReadInt32())));
                    break;
                case OperandType.InlineSwitch:
                    var cases = code.ReadInt32();
                    code.Offset += 4 * cases;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += 8;
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.InlineVar:
                    code.Offset += 2;
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.Offset += 1;
                    break;
                default:
                    code.Offset += 4;
                    break;
            }
        }
    }
}

/// <summary>The names of the types that a handle or signature names, generic arguments included.</summary>
internal sealed class TypeNames : ISignatureTypeProvider<ImmutableHashSet<string>, object?>
{
    private static readonly ImmutableHashSet<string> None = [];

    public static ImmutableHashSet<string> All(MethodSignature<ImmutableHashSet<string>> signature) =>
        signature.ReturnType.Union(signature.ParameterTypes.SelectMany(t => t));

    /// <summary>A type of the assembly, under its outermost type.</summary>
    public static string Of(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil) type = reader.GetTypeDefinition(type.GetDeclaringType());
        return Full(reader.GetString(type.Namespace), reader.GetString(type.Name));
    }

    public ImmutableHashSet<string> Of(MetadataReader reader, EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                return [Of(reader, (TypeDefinitionHandle)handle)];
            case HandleKind.TypeReference:
                return GetTypeFromReference(reader, (TypeReferenceHandle)handle, 0);
            case HandleKind.TypeSpecification:
                return reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null);
            case HandleKind.MethodDefinition:
                return [Of(reader, reader.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType())];
            case HandleKind.FieldDefinition:
                return [Of(reader, reader.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType())];
            case HandleKind.MemberReference:
                var member = reader.GetMemberReference((MemberReferenceHandle)handle);
                var types = member.GetKind() == MemberReferenceKind.Field
                    ? member.DecodeFieldSignature(this, null)
                    : All(member.DecodeMethodSignature(this, null));
                return types.Union(Of(reader, member.Parent));
            case HandleKind.MethodSpecification:
                var method = reader.GetMethodSpecification((MethodSpecificationHandle)handle);
                return Of(reader, method.Method).Union(method.DecodeSignature(this, null).SelectMany(t => t));
            default:
                return None;
        }
    }

    public ImmutableHashSet<string> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => [Of(reader, handle)];

    public ImmutableHashSet<string> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeReference(handle);
        while (type.ResolutionScope.Kind == HandleKind.TypeReference) type = reader.GetTypeReference((TypeReferenceHandle)type.ResolutionScope);
        return [Full(reader.GetString(type.Namespace), reader.GetString(type.Name))];
    }

    public ImmutableHashSet<string> GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        Of(reader, handle);

    public ImmutableHashSet<string> GetGenericInstantiation(ImmutableHashSet<string> genericType, ImmutableArray<ImmutableHashSet<string>> typeArguments) =>
        genericType.Union(typeArguments.SelectMany(t => t));

    public ImmutableHashSet<string> GetFunctionPointerType(MethodSignature<ImmutableHashSet<string>> signature) => All(signature);

    public ImmutableHashSet<string> GetModifiedType(ImmutableHashSet<string> modifier, ImmutableHashSet<string> unmodifiedType, bool isRequired) =>
        modifier.Union(unmodifiedType);

    public ImmutableHashSet<string> GetArrayType(ImmutableHashSet<string> elementType, ArrayShape shape) => elementType;

    public ImmutableHashSet<string> GetByReferenceType(ImmutableHashSet<string> elementType) => elementType;

    public ImmutableHashSet<string> GetPinnedType(ImmutableHashSet<string> elementType) => elementType;

    public ImmutableHashSet<string> GetPointerType(ImmutableHashSet<string> elementType) => elementType;

    public ImmutableHashSet<string> GetSZArrayType(ImmutableHashSet<string> elementType) => elementType;

    public ImmutableHashSet<string> GetGenericMethodParameter(object? genericContext, int index) => None;

    public ImmutableHashSet<string> GetGenericTypeParameter(object? genericContext, int index) => None;

    public ImmutableHashSet<string> GetPrimitiveType(PrimitiveTypeCode typeCode) => None;

    private static string Full(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";
}
