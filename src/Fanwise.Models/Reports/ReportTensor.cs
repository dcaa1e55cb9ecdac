using Fanwise.Draws;
using Fanwise.Models.Checkpoints;

namespace Fanwise.Models.Reports;

/// <summary>A tensor that a report looks at, wherever its values are: any slice of them can be read, by several
/// threads.</summary>
internal abstract class ReportTensor(string name, Shape shape, string type)
{
    public string Name => name;

    public Shape Shape => shape;

    /// <summary>The element type's name.</summary>
    public string Type => type;

    public abstract long Bytes { get; }

    /// <summary>Why its values are not looked at; null where they are.</summary>
    public abstract string? Unread { get; }

    /// <summary>The declared distribution, where one is known.</summary>
    public virtual DeclaredDistribution? Declared => null;

    /// <summary>Values whose slices cost as much as the whole, held in memory; else the tensor itself.</summary>
    public virtual ReportTensor Prepare() => this;

    /// <summary>Reads a slice; what is read as integers becomes the numbers that they are.</summary>
    public abstract void Read(long start, Span<double> destination);
}

/// <summary>A weight that is drawn.</summary>
internal sealed class DrawnTensor(string name, Values values)
    : ReportTensor(name, values.Shape, values.ElementType.Name())
{
    /// <summary>An orthogonal matrix needs about r c min(r, c) steps; beyond this a page would take too long.</summary>
    private const double MaxSteps = 5e8;

    public override long Bytes => values.Bytes;

    public override string? Unread =>
        values.NeedsWhole && Steps > MaxSteps
            ? "an orthogonal matrix of this size takes long to draw, so its values are not shown"
            : null;

    public override DeclaredDistribution? Declared { get; } = DeclaredDistribution.Of(values);

    public override ReportTensor Prepare() => values.NeedsWhole ? new DrawnTensor(Name, values.Materialize()) : this;

    public override void Read(long start, Span<double> destination)
    {
        byte[] bytes = new byte[destination.Length * values.ElementType.Size()];
        values.Fill(start, bytes.AsSpan());
        Numbers.Convert(bytes, values.ElementType.Name(), destination);
    }

    private double Steps =>
        (double)Shape.Elements * Math.Min(Shape.Lengths[^1], Shape.Elements / Math.Max(1, Shape.Lengths[^1]));
}

/// <summary>A tensor of a file.</summary>
internal sealed class ReadTensor(StoredTensor tensor)
    : ReportTensor(tensor.Name, tensor.Shape, tensor.StoredType is { } type ? Numbers.NameOf(type) : tensor.Type)
{
    private DeclaredDistribution? _declared;

    /// <inheritdoc/>
    public override DeclaredDistribution? Declared => _declared;

    private int Size => tensor.StoredType!.Bits / 8;

    /// <summary>The same tensor, whose values should be distributed so.</summary>
    public ReadTensor Expecting(DeclaredDistribution? declared) => new(tensor) { _declared = declared };

    public override long Bytes =>
        tensor.StoredType is { } type ? (long)((Int128)Shape.Elements * type.Bits / 8) : Shape.Elements;

    public override string? Unread =>
        tensor.Source is not null && Numbers.CanConvert(Type) ? null : $"elements of the type {Type} are not read";

    public override void Read(long start, Span<double> destination)
    {
        byte[] bytes = new byte[destination.Length * Size];
        tensor.Source!.Read(tensor.Offset + (start * Size), bytes);
        Numbers.Convert(bytes, Type, destination);
    }
}
