namespace Fanwise.Draws.Frameworks;

/// <summary>A backend whose numbers are not drawn here yet: whatever is asked of it is refused in one sentence.</summary>
internal sealed class AbsentRow(Backend backend, string name) : BackendRow(backend, name)
{
    private InitializerException Refusal => new($"The numbers of Keras' {Name} backend are not drawn by this version.");

    public override Values Uniform(Shape shape, ElementType type, double minimum, double maximum, SeedPair pair) =>
        throw Refusal;

    public override Values Normal(Shape shape, ElementType type, double mean, double deviation, SeedPair pair) =>
        throw Refusal;

    public override Values TruncatedNormal(
        Shape shape,
        ElementType type,
        double mean,
        double deviation,
        SeedPair pair
    ) => throw Refusal;

    public override Values Orthogonal(Shape shape, ElementType type, double gain, SeedPair pair) => throw Refusal;

    public override double Constant(double value, bool isInteger, ElementType type) => throw Refusal;
}
