namespace Fanwise.Tests;

public class FanRuleTests
{
    // Each number is counted by hand: in = the products that one output sums, out = the outputs that one input reaches.
    [Theory]
    [InlineData("heuristic", new long[] { 3, 3, 64, 128 }, 576, 1152)]
    [InlineData("dense", new long[] { 784, 256 }, 784, 256)]
    // 9 taps of 64 channels; 9 positions of 128 filters.
    [InlineData("convolution", new long[] { 3, 3, 64, 128 }, 576, 1152)]
    // 9 taps of the 16 channels of a group; 9 positions of its 32 filters.
    [InlineData("convolution:groups=4", new long[] { 3, 3, 16, 128 }, 144, 288)]
    // Depthwise as a convolution with as many groups as channels.
    [InlineData("convolution:groups=32", new long[] { 5, 1, 32 }, 5, 5)]
    [InlineData("depthwise", new long[] { 3, 3, 32, 1 }, 9, 9)] // MobileNet: 9 taps of one channel
    [InlineData("depthwise", new long[] { 5, 16, 2 }, 5, 10)]
    // [taps, out, in]: 9 * 64 in, 9 * 32 out.
    [InlineData("transposed:strides=1,1", new long[] { 3, 3, 32, 64 }, 576, 288)]
    // DCGAN: of 16 taps, an output sees 4; an input reaches all 16.
    [InlineData("transposed:strides=2,2", new long[] { 4, 4, 32, 64 }, 256, 512)]
    [InlineData("transposed:strides=2,2", new long[] { 3, 3, 8, 1 }, 2.25, 72)] // outputs see 4, 2, 2 or 1 taps
    [InlineData("transposed:strides=3", new long[] { 2, 8, 6 }, 4, 16)] // every third output sees nothing
    [InlineData("einsum:abc,cde->abde", new long[] { 512, 8, 64 }, 512, 512)] // attention's query
    [InlineData("einsum:abcd,cde->abe", new long[] { 8, 64, 512 }, 512, 512)] // attention's output
    [InlineData("einsum:...x,xy->...y", new long[] { 20, 30 }, 20, 30)]
    [InlineData("einsum:bec,ecd->bed", new long[] { 4, 10, 20 }, 10, 20)] // e experts: a batch axis
    [InlineData("einsum:ab,bc->a", new long[] { 10, 20 }, 200, 1)]
    [InlineData("attention-input", new long[] { 512, 8, 64 }, 512, 512)]
    [InlineData("attention-output", new long[] { 8, 64, 512 }, 512, 512)]
    [InlineData("attention-output", new long[] { 8, 64, 3, 5 }, 512, 15)]
    [InlineData("embedding", new long[] { 50_000, 512 }, 1, 512)]
    [InlineData("embedding", new long[] { 100, 4, 8 }, 1, 32)]
    [InlineData("axes:in=0/out=1,2", new long[] { 512, 8, 64 }, 512, 512)]
    [InlineData("axes:in=/out=-1", new long[] { 512, 8 }, 1, 8)]
    [InlineData("dense;batch=0", new long[] { 16, 784, 256 }, 784, 256)]
    [InlineData("convolution:groups=2;batch=-1,0", new long[] { 7, 3, 3, 4, 6, 5 }, 36, 27)]
    [InlineData("heuristic;layout=pytorch", new long[] { 128, 64, 3, 3 }, 576, 1152)]
    [InlineData("dense;layout=pytorch", new long[] { 256, 784 }, 784, 256)]
    [InlineData("convolution:groups=4;layout=pytorch", new long[] { 128, 16, 3, 3 }, 144, 288)]
    [InlineData("transposed:strides=2,2;layout=pytorch", new long[] { 64, 32, 4, 4 }, 256, 512)]
    [InlineData("transposed:strides=2,2/groups=2;layout=pytorch", new long[] { 32, 8, 4, 4 }, 64, 128)]
    [InlineData("transposed:strides=2,2/groups=2", new long[] { 4, 4, 8, 32 }, 64, 128)]
    [InlineData("dense;layout=pytorch;parts=4", new long[] { 80, 24 }, 24, 20)]
    [InlineData("embedding;layout=pytorch", new long[] { 100, 24 }, 1, 24)]
    [InlineData("attention-input;layout=pytorch", new long[] { 64, 32 }, 32, 64)]
    [InlineData("attention-output;layout=pytorch", new long[] { 32, 64 }, 64, 32)]
    [InlineData("dense;layout=pytorch;batch=0", new long[] { 16, 256, 784 }, 784, 256)]
    [InlineData("convolution", new long[] { 3, 0, 2 }, 0, 6)]
    public void CountsWhatTheLayerConnects(string rule, long[] shape, double fanIn, double fanOut)
    {
        FanRule parsed = FanRule.Parse(rule);
        parsed.Name.ShouldBe(rule);
        parsed.Of(shape).ShouldBe(new Fans(fanIn, fanOut));
    }

    [Fact]
    public void TheFansAreTheCountOfThePairsThatATransposedConvolutionConnects()
    {
        // Input x of 40 positions, kernel of 5 taps, stride 3: output y sums every x and tap t with 3 x + t = y.
        const int positions = 40,
            taps = 5,
            stride = 3;
        int[] sums = new int[(positions - 1) * stride + taps];
        for (int x = 0; x < positions; x++)
        for (int tap = 0; tap < taps; tap++)
            sums[stride * x + tap]++;
        // whole periods, away from the edges
        double inside = sums.AsSpan(taps..(taps + 30 * stride)).ToArray().Average();
        FanRule.Transposed(stride).Of([taps, 7, 1]).In.ShouldBe(inside, 1e-12);
    }

    [Theory]
    [InlineData(
        "dense",
        new long[] { 3, 3, 4 },
        "A dense kernel has the rank 2, [in, out]; received the shape (3, 3, 4)."
    )]
    [InlineData(
        "convolution",
        new long[] { 3, 4 },
        "A convolution's kernel has the rank 3 or more, [receptive field..., in / groups, out]; received the "
            + "shape (3, 4)."
    )]
    [InlineData(
        "convolution:groups=3",
        new long[] { 3, 4, 8 },
        "A convolution's outputs must be a multiple of its 3 groups; received the shape (3, 4, 8)."
    )]
    [InlineData(
        "transposed:strides=2",
        new long[] { 3, 3, 4, 8 },
        "A transposed convolution has one stride per spatial dimension, here 1; received the shape (3, 3, 4, 8)."
    )]
    [InlineData(
        "einsum:ab,bc->ac",
        new long[] { 3, 3, 4 },
        "The kernel 'bc' of an einsum layer has the rank 2; received the shape (3, 3, 4)."
    )]
    [InlineData(
        "dense;batch=3",
        new long[] { 3, 3, 4 },
        "A batch axis must be a dimension of the kernel; 3 is none; received the shape (3, 3, 4)."
    )]
    [InlineData(
        "heuristic;layout=pytorch",
        new long[] { 3 },
        "A kernel in PyTorch's layout has the rank 2 or more, [out, in, receptive field...]; received the shape (3,)."
    )]
    public void AShapeThatDoesNotFitIsRefused(string rule, long[] shape, string message) =>
        Should.Throw<InitializerException>(() => FanRule.Parse(rule).Of(shape)).Message.ShouldBe(message);

    [Theory]
    [InlineData("Dense", "; did you mean 'dense'?")]
    [InlineData("dense:groups=2", ".")]
    [InlineData("convolution:groups=2,3", ".")]
    [InlineData("convolution:groups=x", ".")]
    [InlineData("transposed", ".")]
    [InlineData("axes:in=0", ".")]
    [InlineData("dense;layout=keras", ".")]
    [InlineData("", ".")]
    public void ANameThatNoRuleHasIsRefused(string name, string end) =>
        Should
            .Throw<InitializerException>(() => FanRule.Parse(name))
            .Message.ShouldEndWith($"; received '{name}'{end}");

    [Theory]
    [InlineData("convolution:groups=0", "A convolution's groups must be positive; received 0.")]
    [InlineData("transposed:strides=2,0", "A convolution's strides must be positive; received 2,0.")]
    [InlineData(
        "einsum:ab,bc",
        "An einsum layer's equation has the form inputs,kernel->outputs in letters, such as abc,cd->abd; "
            + "received 'ab,bc'."
    )]
    [InlineData(
        "depthwise;layout=pytorch",
        "A depthwise kernel is in PyTorch that of a convolution with groups: use the rule convolution with as "
            + "many groups as channels."
    )]
    [InlineData(
        "axes:in=0/out=1;layout=pytorch",
        "PyTorch's layout is known for the rules heuristic, dense, convolution, transposed, embedding and those of "
            + "attention; axes:in=0/out=1 names its dimensions itself."
    )]
    [InlineData(
        "convolution;batch=0;layout=pytorch",
        "PyTorch's layout is said of the single kernel, once and before its parts and batch axes, as in "
            + "dense;layout=pytorch;parts=4; received convolution;batch=0."
    )]
    [InlineData(
        "heuristic;layout=pytorch;layout=pytorch",
        "PyTorch's layout is said of the single kernel, once and before its parts and batch axes, as in "
            + "dense;layout=pytorch;parts=4; received heuristic;layout=pytorch."
    )]
    [InlineData("dense;parts=0", "A kernel's parts must be positive; received 0.")]
    public void AnImpossibleRuleIsRefused(string name, string message) =>
        Should.Throw<InitializerException>(() => FanRule.Parse(name)).Message.ShouldBe(message);

    [Fact]
    public void TheHeuristicIsTheDefaultAndAnotherRuleIsAChoice()
    {
        VarianceScaling initializer = Initializers.HeNormal(1);
        initializer.RuleInForce.ShouldBe(FanRule.Heuristic);
        (initializer with { Axes = new([0], [1, 2]) }).RuleInForce.Name.ShouldBe("axes:in=0/out=1,2");
        VarianceScaling chosen = initializer with { Rule = FanRule.Depthwise };
        chosen.FansOf([3, 3, 32, 1]).ShouldBe(new Fans(9, 9));
        // He: variance 2 / 9; the widened deviation is that of the draw.
        chosen
            .DrawFor([3, 3, 32, 1], ElementType.Float64)
            .Multiplier.ShouldBe(Math.Sqrt(2.0 / 9) / VarianceScaling.TruncatedDeviation);
        initializer
            .DrawFor([3, 3, 32, 1], ElementType.Float64)
            .Multiplier.ShouldBe(Math.Sqrt(2.0 / 288) / VarianceScaling.TruncatedDeviation);
    }

    [Fact]
    public void RulesOfOneNameAreEqual()
    {
        FanRule.Transposed(2, 2).ShouldBe(FanRule.Parse("transposed:strides=2,2"));
        (FanRule.Transposed(2, 2) != FanRule.Transposed(2)).ShouldBeTrue();
        (Initializers.HeNormal(1) with { Rule = FanRule.Convolution(4) }).ShouldBe(
            Initializers.HeNormal(1) with
            {
                Rule = FanRule.Convolution(4),
            }
        );
    }
}
