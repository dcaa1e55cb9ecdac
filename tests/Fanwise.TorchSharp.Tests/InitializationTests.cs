using System.Runtime.InteropServices;
using Fanwise;
using Fanwise.Models.Plans;
using Fanwise.Streams;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace FanwiseTorch.Tests;

public sealed class InitializationTests
{
    [Fact]
    public void AnotherLayerOrAnotherOrderChangesNoParameter()
    {
        using Sequential one = Sequential(("first", Linear(20, 30)), ("last", TransformerEncoderLayer(16, 2, 32)));
        using Sequential other = Sequential(
            ("last", TransformerEncoderLayer(16, 2, 32)),
            ("between", Conv2d(3, 4, 3)),
            ("first", Linear(20, 30))
        );
        one.Initialize(42);
        other.Initialize(42);
        foreach ((string name, torch.Tensor tensor) in one.state_dict())
            tensor.equal(other.state_dict()[name]).all().item<bool>().ShouldBeTrue();
        using Sequential third = Sequential(("first", Linear(20, 30)));
        third.Initialize(43);
        third.state_dict()["first.weight"].equal(one.state_dict()["first.weight"]).all().item<bool>().ShouldBeFalse();
    }

    [Fact]
    public void AParametersStreamIsThatOfItsNameAndSeed()
    {
        using Sequential model = Sequential(("dense", Linear(20, 30)));
        model.Initialize(42);
        VarianceScaling glorot = new() { Mode = FanMode.FanAverage, Distribution = Distribution.Uniform };
        float[] expected = new float[600];
        glorot.ValuesFor([20, 30], ElementType.Float32, TensorKeys.Of(42, "dense.weight")).Fill(0, expected.AsSpan());
        model.state_dict()["dense.weight"].data<float>().ToArray().ShouldBe(expected);
    }

    [Theory]
    [InlineData(torch.ScalarType.Float32)]
    [InlineData(torch.ScalarType.Float64)]
    [InlineData(torch.ScalarType.Float16)]
    [InlineData(torch.ScalarType.BFloat16)]
    public void ATensorOfAnyTypeAndStridesIsFilledAsMemoryIs(torch.ScalarType type)
    {
        VarianceScaling initializer = Initializers.HeNormal(1);
        using torch.Tensor plain = torch.empty(64, 16, 3, 3, dtype: type).InitializeWith(initializer);
        using torch.Tensor turned = torch.empty(3, 3, 16, 64, dtype: type).permute(3, 2, 0, 1);
        turned.is_contiguous().ShouldBeFalse();
        turned.InitializeWith(initializer);
        turned.equal(plain).all().item<bool>().ShouldBeTrue();
        TypedTensor expected = initializer
            .InLayout(KernelLayout.PyTorch)
            .Create([64, 16, 3, 3], TensorWriter.TypeOf(plain));
        plain.bytes.SequenceEqual(expected.Bytes).ShouldBeTrue();
    }

    [Fact]
    public void TheLayoutOfATensorIsPyTorchsUnlessItIsSaid()
    {
        using torch.Tensor tensor = torch.empty(128, 64, 3, 3);
        Deviation(tensor.InitializeWith(Initializers.HeNormal(1))).ShouldBe(Math.Sqrt(2.0 / 576), 1e-3);
        Deviation(tensor.InitializeWith(Initializers.HeNormal(1), KernelLayout.Keras))
            .ShouldBe(Math.Sqrt(2.0 / 24_576), 1e-3);
    }

    [Fact]
    public void ALeafStaysALeafWithItsGradientAndItsAliases()
    {
        using Parameter weight = new(torch.zeros(4, 5), requires_grad: true);
        using torch.Tensor alias = weight.view(20);
        nint handle = weight.Handle;
        weight.InitializeWith(Initializers.HeNormal(1));
        weight.Handle.ShouldBe(handle);
        weight.is_leaf.ShouldBeTrue();
        weight.requires_grad.ShouldBeTrue();
        alias.data<float>().ToArray().ShouldBe(weight.data<float>().ToArray());
        weight.sum().backward();
        weight.grad!.sum().item<float>().ShouldBe(20);
    }

    [Fact]
    public void WhatAutogradSavedBeforeIsKnownToBeStale()
    {
        using Parameter weight = new(torch.ones(4, 5), requires_grad: true);
        using torch.Tensor loss = (weight * weight).sum();
        weight.InitializeWith(Initializers.HeNormal(1));
        Should
            .Throw<ExternalException>(() => loss.backward())
            .Message.ShouldContain("modified by an inplace operation");
    }

    [Fact]
    public void AParameterOfWhichNothingIsKnownIsNamedAndNothingIsChanged()
    {
        using OwnModule model = new();
        byte[] before = model.dense.weight!.bytes.ToArray();
        InitializerException refused = Should.Throw<InitializerException>(() => model.Initialize(1));
        refused.Message.ShouldContain("For");
        refused.Message.ShouldEndWith("nothing is known of scale.");
        model.dense.weight.bytes.ToArray().ShouldBe(before);
        IReadOnlyList<ParameterStart> starts = model.Initialize(
            1,
            new ModuleInitialization { For = static name => name == "scale" ? new Constant(2.5) : null }
        );
        starts.Count.ShouldBe(3);
        model.scale.data<float>().ToArray().ShouldAllBe(static value => value == 2.5f);
        model
            .Initialize(2, new ModuleInitialization { Keep = static name => name == "scale" })
            .Count(static start => start.Values is null)
            .ShouldBe(1);
        model.scale.data<float>().ToArray().ShouldAllBe(static value => value == 2.5f);
    }

    [Fact]
    public void ATiedWeightIsStartedOnceUnderTheNameThatIsFirst()
    {
        using Linear dense = Linear(6, 6);
        using Sequential model = Sequential(("b", dense), ("a", dense));
        IReadOnlyList<ParameterStart> starts = model.Initialize(1);
        starts.Count(static start => start.TiedTo is not null).ShouldBe(2);
        using Sequential alone = Sequential(("a", Linear(6, 6)));
        alone.Initialize(1);
        dense.weight!.equal(alone.state_dict()["a.weight"]).all().item<bool>().ShouldBeTrue();
    }

    [Fact]
    public void APlanHasTheBytesThatAreWrittenAndPyTorchsNames()
    {
        using Sequential model = Sequential(
            ("conv", Conv2d(8, 16, 3, groups: 2)),
            ("norm", BatchNorm2d(16)),
            ("encoder", TransformerEncoderLayer(16, 2, 32))
        );
        WeightPlan plan = model.Plan(42);
        model.Initialize(42);
        Dictionary<string, torch.Tensor> state = model.state_dict();
        plan.Select(static weight => weight.Name).Order().ShouldBe(state.Keys.Order());
        foreach (PlannedWeight weight in plan)
        {
            byte[] bytes = new byte[weight.Values.Bytes];
            weight.Values.Fill(0, bytes.AsSpan());
            state[weight.Name].bytes.ToArray().ShouldBe(bytes);
        }

        plan["conv.weight"].LayerRule.ShouldBe(FanRule.Convolution(2).InPyTorchLayout());
        plan.Explain().Count.ShouldBe(plan.Count);
    }

    [Fact]
    public void APaddingRowIsZero()
    {
        using Sequential model = Sequential(("table", Embedding(5, 3, padding_idx: 1)));
        model.Initialize(1, new ModuleInitialization { PaddingRow = static _ => 1 });
        torch.Tensor table = model.state_dict()["table.weight"];
        table[1].abs().sum().item<float>().ShouldBe(0);
        table[0].abs().sum().item<float>().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void AnInitializerForAKindHasNoSeedOfItsOwn()
    {
        using Linear dense = Linear(2, 3);
        Should
            .Throw<InitializerException>(() =>
                dense.Initialize(1, new ModuleInitialization { Kernel = Initializers.HeNormal(1) })
            )
            .Message.ShouldContain("all such parameters would begin alike");
        Should.Throw<InitializerException>(() => dense.Initialize(-1)).Message.ShouldEndWith("received -1.");
    }

    private static double Deviation(torch.Tensor tensor) => tensor.std().item<float>();

    private sealed class OwnModule : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        public readonly Linear dense = Linear(3, 3);
        public readonly Parameter scale = new(torch.ones(3));

        public OwnModule()
            : base("own") => RegisterComponents();

        public override torch.Tensor forward(torch.Tensor input) => dense.forward(input) * scale;
    }
}
