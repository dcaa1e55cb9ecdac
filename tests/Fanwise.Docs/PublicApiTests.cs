using System.Reflection;
using System.Text;
using Fanwise.Testing;

namespace Fanwise.Docs;

/// <summary>What users can name is listed in docs/api, one line a member, so that a change of it shows up in
/// review.</summary>
public class PublicApiTests
{
    private const BindingFlags Declared =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;
    private static readonly NullabilityInfoContext Nullability = new();

    [Theory]
    [InlineData("Fanwise")]
    [InlineData("Fanwise.TensorFlow")]
    [InlineData("Fanwise.Models")]
    public void ThePublicApiIsTheOneThatIsListed(string assembly)
    {
        string path = Path.Combine(Golden.Root, "docs", "api", assembly + ".txt"),
            api = Describe(Assembly.Load(assembly));
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, api);
        }

        api.ShouldBe(File.ReadAllText(path), "UPDATE_DOCS=1 writes the list anew.");
    }

    private static string Describe(Assembly assembly)
    {
        StringBuilder text = new();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(static type => type.FullName, StringComparer.Ordinal))
        {
            Type? parent =
                type.BaseType is { } b && b != typeof(object) && b != typeof(ValueType) && b != typeof(Enum) ? b : null;
            text.Append(Kind(type))
                .Append(' ')
                .Append(type.Namespace)
                .Append('.')
                .Append(Name(type))
                .Append(parent is null ? "" : $" : {Name(parent)}")
                .Append('\n');
            foreach (
                string member in type.GetMembers(Declared)
                    .Where(IsVisible)
                    .Select(member => Signature(member, type))
                    .Where(static line => line.Length > 0)
                    .Order(StringComparer.Ordinal)
            )
                text.Append("    ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Kind(Type type) =>
        type.IsEnum ? "enum"
        : type.IsInterface ? "interface"
        : type.IsValueType ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "sealed class"
        : "class";

    private static bool IsVisible(MemberInfo member) =>
        member switch
        {
            FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
            // What the compiler writes into every record says nothing.
            MethodBase method => (method.IsPublic || method.IsFamily)
                && !member.Name.Contains('<', StringComparison.Ordinal)
                && (
                    !method.IsSpecialName
                    || method.IsConstructor
                    || member.Name.StartsWith("op_", StringComparison.Ordinal)
                )
                && method.Name
                    is not (
                        "PrintMembers"
                        or "get_EqualityContract"
                        or "Deconstruct"
                        or "ToString"
                        or "GetHashCode"
                        or "Equals"
                        or "op_Equality"
                        or "op_Inequality"
                    ),
            PropertyInfo property => member.Name != "EqualityContract"
                && (property.GetMethod ?? property.SetMethod) is { } accessor
                && (accessor.IsPublic || accessor.IsFamily),
            _ => false,
        };

    private static string Signature(MemberInfo member, Type type) =>
        member switch
        {
            FieldInfo field when type.IsEnum => $"{field.Name} = {field.GetRawConstantValue()}",
            FieldInfo field =>
                $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}",
            PropertyInfo property => $"{(property.GetMethod is { IsStatic: true } ? "static " : "")}"
                + $"{Name(property.PropertyType)}{Null(Nullability.Create(property))} "
                + $"{property.Name}{Indices(property)} "
                + $"{{ {(property.GetMethod is null ? "" : "get; ")}{Setter(property)}}}",
            ConstructorInfo constructor when constructor.GetParameters() is [var only] && only.ParameterType == type =>
                "", // a record's copy
            ConstructorInfo constructor => $"{type.Name.Split('`')[0]}({Parameters(constructor)})",
            MethodInfo method => $"{(method.IsStatic ? "static " : method.IsAbstract ? "abstract " : "")}"
                + $"{Name(method.ReturnType)}{Null(Nullability.Create(method.ReturnParameter))} "
                + $"{method.Name}{Generic(method)}({Parameters(method)})",
            _ => "",
        };

    private static string Setter(PropertyInfo property) =>
        property.SetMethod is not { IsPublic: true } setter ? ""
        : setter.ReturnParameter.GetRequiredCustomModifiers().Any(static modifier => modifier.Name == "IsExternalInit")
            ? "init; "
        : "set; ";

    private static string Indices(PropertyInfo property) =>
        property.GetIndexParameters() is { Length: > 0 } indices
            ? $"[{string.Join(", ", indices.Select(static index => Name(index.ParameterType)))}]"
            : "";

    private static string Parameters(MethodBase method) =>
        string.Join(
            ", ",
            method
                .GetParameters()
                .Select(static parameter =>
                    $"{Name(parameter.ParameterType)}{Null(Nullability.Create(parameter))} "
                    + $"{parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : "")}"
                )
        );

    private static string Generic(MethodInfo method) =>
        method.IsGenericMethod
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(static argument => argument.Name))}>"
            : "";

    private static string Null(NullabilityInfo info) =>
        info is { WriteState: NullabilityState.Nullable } or { ReadState: NullabilityState.Nullable }
        && !info.Type.IsValueType
            ? "?"
            : "";

    private static string Name(Type type)
    {
        if (type.IsByRef)
            return "ref " + Name(type.GetElementType()!);
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        string name =
            type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Name;
        return type.IsGenericType
            ? $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : name;
    }
}
