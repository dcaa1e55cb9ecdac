using Fanwise.Draws;
using Fanwise.Models.Plans;
using Fanwise.Streams;

namespace Fanwise.Models.Tests.Workers;

/// <summary>Plans that give other bytes have other digests.</summary>
public class PlanDigestTests
{
    [Fact]
    public void TheDigestIsAFunctionOfThePlan() =>
        PlanDigest.Of(SmallPlans.Mixed(1)).ShouldBe(PlanDigest.Of(SmallPlans.Mixed(1)));

    [Fact]
    public void WhateverChangesTheFilesChangesTheDigest()
    {
        Shape shape = [8, 8];
        PhiloxStream stream = PhiloxStream.FromStatelessSeed(1, 2),
            other = PhiloxStream.FromStatelessSeed(1, 3);
        Draw draw = Draw.Normal(ElementType.Float32, 0, 1, ParameterRounding.Keras3);
        Values[] values =
        [
            new DrawnValues(shape, draw, stream),
            new DrawnValues(shape, draw, other),
            new DrawnValues([4, 16], draw, stream),
            new DrawnValues(shape, Draw.TruncatedNormal(ElementType.Float32, 0, 1, ParameterRounding.Keras3), stream),
            new DrawnValues(shape, Draw.Normal(ElementType.Float32, 0, 1.0000001, ParameterRounding.Keras3), stream),
            new DrawnValues(shape, Draw.Normal(ElementType.BFloat16, 0, 1, ParameterRounding.Keras3), stream),
            new ConstantValues(shape, ElementType.Float32, 0),
            new ConstantValues(shape, ElementType.Float32, -0.0),
            new ConstantValues(shape, ElementType.Float32, double.NaN),
            new IdentityValues(shape, ElementType.Float32, 1),
            new IdentityValues(shape, ElementType.Float32, 2),
            new OrthogonalValues(shape, draw, stream, 1),
            new OrthogonalValues(shape, draw, other, 1),
            new OrthogonalValues(shape, draw, stream, 2),
        ];
        string[] digests =
        [
            .. values.Select(static value => PlanDigest.Of(new([new("w", value)]))),
            PlanDigest.Of(new([new("v", values[0])])),
            PlanDigest.Of(new([])),
            PlanDigest.Of(new([new("w", values[0]), new("x", values[0])])),
            PlanDigest.Of(new([new("x", values[0]), new("w", values[0])])),
            PlanDigest.Of(new([new("w", values[0])]) { Metadata = new Dictionary<string, string> { ["seed"] = "1" } }),
            PlanDigest.Of(new([new("w", values[0])]) { Metadata = new Dictionary<string, string> { ["seed1"] = "" } }),
        ];
        digests.ShouldBeUnique();
        digests.ShouldAllBe(static digest => digest.Length == 32);
    }
}
