using System.Globalization;
using Fanwise.Draws;
using Fanwise.Models.Plans;
using Fanwise.Streams;
using Fanwise.TensorFlow;

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
        digests.ShouldAllBe(static digest => digest.StartsWith("xxh128:") && digest.Length == 7 + 32);
    }

    /// <summary>A folder that an earlier release began is resumed by a later one: these bytes are specified.</summary>
    [Fact]
    public void TheDigestIsWhatItWasInEveryRelease()
    {
        Shape shape = [2, 3];
        PhiloxStream stream = PhiloxStream.FromStatelessSeed(1, 2);
        Draw draw = Draw.TruncatedNormal(ElementType.Float32, 0.5, 0.1, ParameterRounding.Keras3);
        WeightPlan plan = new([
            new("drawn", new DrawnValues(shape, draw, stream)),
            new("constant", new ConstantValues(shape, ElementType.BFloat16, -0.0)),
            new("identity", new IdentityValues(shape, ElementType.Float64, 2.5)),
            new("orthogonal", new OrthogonalValues(shape, draw, stream, 1)),
        ])
        {
            Metadata = new Dictionary<string, string> { ["seed"] = "42" },
        };
        PlanDigest.Of(plan).ShouldBe("xxh128:9167787de3e3f9e129788b6774163a04");
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    [InlineData("fa-IR")]
    [InlineData("sv-SE")]
    public void TheDigestDoesNotDependOnTheCultureOfTheHost(string culture)
    {
        string invariant = PlanDigest.Of(SmallPlans.Mixed(1));
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = Host(culture);
        try
        {
            PlanDigest.Of(SmallPlans.Mixed(1)).ShouldBe(invariant);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>Numbers as that culture writes them, made by hand: the tests run without the system's
    /// cultures.</summary>
    private static CultureInfo Host(string culture)
    {
        CultureInfo host = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        host.NumberFormat.NumberDecimalSeparator = culture is "ar-SA" or "fa-IR" ? "\u066B" : ",";
        host.NumberFormat.NegativeSign = culture is "sv-SE" or "fa-IR" ? "\u2212" : "\u061C-";
        return host;
    }

    /// <summary>What a class of values keeps private decides bytes, too.</summary>
    [Fact]
    public void TheSeedAndTheGainOfContribOrthogonalAreInTheDigest()
    {
        Generations.ConfiguredInitializer[] orthogonal =
        [
            Generations.Generation.Contrib.Construct("Orthogonal", 1.0, 7),
            Generations.Generation.Contrib.Construct("Orthogonal", 2.0, 7),
            Generations.Generation.Contrib.Construct("Orthogonal", 1.0, 8),
        ];
        orthogonal
            .Select(static initializer =>
                initializer.Call([4, 4], new Graph(1, GraphRelease.TensorFlow12), ElementType.Float32).Values
            )
            .Select(static values => PlanDigest.Of(new([new("w", values)])))
            .ShouldBeUnique();
    }
}
