using Fanwise.Testing;
using Mono.Cecil;

namespace Fanwise.Docs;

/// <summary>The tables of rooms in docs/architecture.md are what the code says: each room stands there with
/// every other that it uses, and no two use each other, by whatever way.</summary>
/// <remarks>A room is a namespace; of the root namespace's types some belong to other rooms: what is below or above
/// all others.</remarks>
public class RoomsTests
{
    /// <summary>What everything speaks of.</summary>
    private static readonly HashSet<string> ValueTypes = Words(
        "Shape ElementType ElementTypes Region BFloat16 TypedTensor FillOptions KernelLayout Backend Distribution "
            + "FanMode FanModes FanwiseException FanwiseError InitializerException Sentences Nearest PythonNumbers "
            + "ModelException CheckpointException ModelForm NaturalOrder Together"
    );

    /// <summary>What values are declared to be, of which they tell themselves.</summary>
    private static readonly HashSet<string> Draws = Words(
        "DeclaredDistribution PointDistribution UniformDistribution NormalDistribution TruncatedNormalDistribution "
            + "BoundedNormalDistribution FirstWithinDistribution SphereDistribution"
    );

    private static readonly HashSet<string> Explanations = Words(
        "Explanation Explanations ConfiguredExplanations ExplanationJson ExplanationWarning WarningKind WarningRules"
    );

    [Theory]
    [InlineData("Fanwise")]
    [InlineData("Fanwise.Models")]
    public void EveryRoomUsesWhatThePageSays(string assembly) =>
        string.Join('\n', Rows(Used(assembly))).ShouldBe(string.Join('\n', Rows(Told(assembly))));

    [Theory]
    [InlineData("Fanwise", 120)]
    [InlineData("Fanwise.Models", 200)]
    public void ImportsAreSeen(string assembly, int atLeast) => Imports(assembly).Count().ShouldBeGreaterThan(atLeast);

    [Theory]
    [InlineData("Fanwise")]
    [InlineData("Fanwise.Models")]
    [InlineData("Fanwise.Cli")]
    public void NoRoomsUseEachOtherInACircle(string assembly) => Circles(Used(assembly)).ShouldBeEmpty();

    private static IEnumerable<string> Rows(SortedDictionary<string, SortedSet<string>> rooms) =>
        rooms.Select(static room => $"{room.Key}: {string.Join(", ", room.Value)}");

    /// <summary>The table below the heading of an assembly: a row's first cell is the room, its last what it
    /// uses.</summary>
    private static SortedDictionary<string, SortedSet<string>> Told(string assembly)
    {
        SortedDictionary<string, SortedSet<string>> rooms = new(StringComparer.Ordinal);
        foreach (
            string line in Page()
                .SkipWhile(line => line != $"### `{assembly}`")
                .Skip(1)
                .TakeWhile(static line => !line.StartsWith('#'))
                .Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
        )
        {
            string[] cells = line.Split('|');
            rooms.Add(Quoted(cells[1]).Single(), new(Quoted(cells[^2]), StringComparer.Ordinal));
        }

        return rooms;
    }

    private static string[] Page() => File.ReadAllLines(Path.Combine(Golden.Root, "docs", "architecture.md"));

    private static IEnumerable<string> Quoted(string text) => text.Split('`').Where(static (_, i) => i % 2 == 1);

    private static SortedDictionary<string, SortedSet<string>> Used(string assembly)
    {
        // The tool stands in a folder of its own.
        string folder = assembly == "Fanwise.Cli" ? Path.GetDirectoryName(Tool.Assembly)! : AppContext.BaseDirectory;
        using AssemblyDefinition read = AssemblyDefinition.ReadAssembly(Path.Combine(folder, assembly + ".dll"));
        SortedDictionary<string, SortedSet<string>> rooms = new(StringComparer.Ordinal);
        foreach (TypeDefinition type in read.MainModule.GetTypes())
        {
            if (Room(type, assembly) is not { } room)
                continue;
            if (!rooms.TryGetValue(room, out SortedSet<string>? uses))
                rooms[room] = uses = new(StringComparer.Ordinal);
            foreach (TypeReference named in Named(type))
                if (Room(named, assembly) is { } other && other != room)
                    uses.Add(other);
        }

        foreach ((string room, string import) in Imports(assembly))
            rooms[room].Add(import);
        return rooms;
    }

    /// <summary>The room of a type: the namespace below the assembly's; null for a type of another assembly.</summary>
    private static string? Room(TypeReference type, string assembly)
    {
        while (type.DeclaringType is not null)
            type = type.DeclaringType;
        string name = type.Name.Split('`')[0];
        if (type.Namespace == assembly)
            return ValueTypes.Contains(name) ? "value types"
                : assembly != "Fanwise" ? "root"
                : Draws.Contains(name) ? nameof(Draws)
                : Explanations.Contains(name) ? nameof(Explanations)
                : "root";
        return
            type.Namespace.StartsWith(assembly + ".", StringComparison.Ordinal)
            && (assembly != "Fanwise" || !type.Namespace.StartsWith("Fanwise.Models", StringComparison.Ordinal))
            ? type.Namespace[(assembly.Length + 1)..].Replace('.', '/')
            : null;
    }

    /// <summary>Which room's files import which other: a constant leaves no trace in compiled code, but the import of
    /// its room stands in the source. Files of the root namespace, whose types belong to several rooms, are left
    /// out.</summary>
    private static IEnumerable<(string Room, string Import)> Imports(string assembly)
    {
        string folder = Path.Combine(Golden.Root, "src", assembly);
        foreach (string path in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            string[] lines = File.ReadAllLines(path);
            if (Below(lines, $"namespace {assembly}.").SingleOrDefault() is { } room)
                foreach (string import in Below(lines, $"using {assembly}."))
                    yield return (room, import);
        }

        static IEnumerable<string> Below(string[] lines, string beginning) =>
            lines
                .Where(line => line.StartsWith(beginning, StringComparison.Ordinal))
                .Select(line => line[beginning.Length..].TrimEnd(';').Replace('.', '/'));
    }

    /// <summary>Every type that a type's declaration and code name.</summary>
    private static IEnumerable<TypeReference> Named(TypeDefinition type) =>
        new[] { type.BaseType }
            .Concat(type.Interfaces.Select(static one => one.InterfaceType))
            .Concat(type.Fields.Select(static field => field.FieldType))
            .Concat(type.Methods.SelectMany(Named))
            .SelectMany(Parts);

    private static IEnumerable<TypeReference?> Named(MethodDefinition method)
    {
        IEnumerable<TypeReference?> named = OfCall(method);
        return method.HasBody
            ? named
                .Concat(method.Body.Variables.Select(static variable => variable.VariableType))
                .Concat(
                    method.Body.Instructions.SelectMany(static instruction =>
                        instruction.Operand switch
                        {
                            TypeReference type => [type],
                            MethodReference call => OfCall(call),
                            FieldReference field => [field.DeclaringType, field.FieldType],
                            _ => Array.Empty<TypeReference?>(),
                        }
                    )
                )
            : named;
    }

    private static IEnumerable<TypeReference?> OfCall(MethodReference method) =>
        [
            method.DeclaringType,
            method.ReturnType,
            .. method.Parameters.Select(static parameter => parameter.ParameterType),
            .. method is GenericInstanceMethod instance ? instance.GenericArguments : [],
        ];

    /// <summary>A type without its brackets, and what stands in them.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) =>
        type switch
        {
            null or GenericParameter => [],
            GenericInstanceType generic => generic.GenericArguments.Append(generic.ElementType).SelectMany(Parts),
            TypeSpecification wrapped => Parts(wrapped.ElementType),
            _ => [type],
        };

    /// <summary>The sets of rooms of which each reaches each other one, by name.</summary>
    private static IEnumerable<string> Circles(SortedDictionary<string, SortedSet<string>> rooms)
    {
        Dictionary<string, HashSet<string>> reached = rooms.Keys.ToDictionary(
            static room => room,
            room =>
            {
                HashSet<string> all = [];
                Stack<string> open = new(rooms[room]);
                while (open.TryPop(out string? next))
                    if (all.Add(next))
                        foreach (string further in rooms[next])
                            open.Push(further);
                return all;
            }
        );
        return rooms
            .Keys.Where(room => reached[room].Contains(room))
            .Select(room => string.Join(", ", rooms.Keys.Where(other => other == room || InOneCircle(room, other))))
            .Distinct();

        bool InOneCircle(string one, string other) => reached[one].Contains(other) && reached[other].Contains(one);
    }

    private static HashSet<string> Words(string text) => [.. text.Split(' ')];
}
