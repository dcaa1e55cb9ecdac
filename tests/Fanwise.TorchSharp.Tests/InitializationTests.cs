using System.Runtime.InteropServices;
using Fanwise;
using Fanwise.Models;
using Fanwise.Models.Checkpoints;
using Fanwise.Models.Checkpoints.Verification;
using Fanwise.Models.Plans;
using Fanwise.Models.Reports;
using Fanwise.Models.Seeds;
using Fanwise.Streams;
using Fanwise.Testing;
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
    public void APlanIsExplainedReportedWrittenVerifiedAndItsSeedIsFound()
    {
        using MixedModule model = new();
        WeightPlan plan = model.Plan(4242);
        WeightExplanation conv = plan.Explain().Single(static row => row.Weight.Name == "conv.weight");
        conv.Explanation.Fans.ShouldBe(new Fans(36, 72));
        conv.Explanation.LayerFans.ShouldBe(new Fans(36, 72));
        plan.Explain().SelectMany(static row => row.Warnings).ShouldBeEmpty();

        Report report = Report.Of(ReportSource.Of(plan, "module"));
        report.Warnings.ShouldBe(0);
        System.Text.Encoding.UTF8.GetString(report.Page.Span).ShouldContain("\"name\":\"lstm.weight_hh_l0\"");

        using ScratchFolder folder = new();
        string path = folder.File("module.safetensors");
        CheckpointFormat.Parse("safetensors").Write(plan, path);
        CheckpointVerifier.Verify(path, plan).Holds.ShouldBeTrue();
        CheckpointVerifier.Verify(path, model.Plan(4243)).Holds.ShouldBeFalse();

        using CheckpointReader checkpoint = CheckpointReader.Open(path);
        SeedAnswer answer = SeedFinder.Find(checkpoint.Tensors, seed => model.Plan(seed), new SeedOptions());
        answer.RandomSeed.ShouldBe(4242);
        answer.Missing.ShouldBeEmpty();
        answer.Tensors.ShouldAllBe(static tensor =>
            tensor.Verdict == SeedVerdict.Found || tensor.Verdict == SeedVerdict.Constant
        );
        // Trained weights tell no seed, those that are left do.
        StoredTensor[] trained =
        [
            .. checkpoint.Tensors.Select(static tensor =>
                tensor.Name.StartsWith("encoder.linear", StringComparison.Ordinal)
                    ? tensor with
                    {
                        Values = Initializers.HeNormal(3).ValuesFor(tensor.Shape, ElementType.Float32),
                    }
                    : tensor
            ),
        ];
        answer = SeedFinder.Find(trained, seed => model.Plan(seed), new SeedOptions());
        answer.RandomSeed.ShouldBe(4242);
        answer.Tensors.Count(static tensor => tensor.Verdict == SeedVerdict.NotInitial).ShouldBe(4); // and biases
        answer = SeedFinder.Find(
            checkpoint.Tensors,
            seed => model.Plan(seed),
            new SeedOptions { RandomSeedUpTo = 4000 }
        );
        answer.RandomSeed.ShouldBeNull();
        answer.Tensors.ShouldContain(static tensor => tensor.Verdict == SeedVerdict.NotFound);
    }

    [Fact]
    public void PartOfATensorIsFilledAndTheRestStaysAsItWas()
    {
        using torch.Tensor whole = torch.full(6, 10, -7f),
            part = whole.narrow(1, 3, 4);
        part.InitializeWith(Initializers.HeNormal(1));
        using torch.Tensor alone = torch.empty(6, 4).InitializeWith(Initializers.HeNormal(1));
        part.equal(alone).all().item<bool>().ShouldBeTrue();
        using torch.Tensor rest = torch.cat([whole.narrow(1, 0, 3), whole.narrow(1, 7, 3)], 1);
        rest.eq(-7).all().item<bool>().ShouldBeTrue();
    }

    [Fact]
    public void HooksStayAndAreCalled()
    {
        using Linear dense = Linear(5, 4);
        int called = 0;
        dense.register_forward_hook(
            (_, _, output) =>
            {
                called++;
                return output * 2;
            }
        );
        dense.Initialize(1);
        called.ShouldBe(0);
        using torch.Tensor input = torch.ones(1, 5),
            doubled = dense.call(input),
            once = functional.linear(input, dense.weight!, dense.bias!);
        called.ShouldBe(1);
        doubled.equal(once * 2).all().item<bool>().ShouldBeTrue();
    }

    [Fact]
    public void WhatHoldsNoElementsInMemoryIsRefused()
    {
        using torch.Tensor meta = torch.empty(4, 5, device: torch.META);
        Should
            .Throw<InitializerException>(() => meta.InitializeWith(Initializers.HeNormal(1)))
            .Message.ShouldStartWith("A tensor must hold its elements in memory");
        using torch.Tensor complex = torch.empty(4, 5, dtype: torch.ScalarType.ComplexFloat32);
        Should
            .Throw<InitializerException>(() => complex.InitializeWith(Initializers.HeNormal(1)))
            .Message.ShouldEndWith("received ComplexFloat32.");
    }

    [Fact]
    public void ATensorBeyond2To31ElementsIsFilledToItsEnd()
    {
        const long rows = 65_600,
            columns = 32_768; // 2^31 + 2^21 elements, 4.3 GB of bfloat16
        const long gibibytes = 8L << 30;
        Assert.SkipUnless(
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes > gibibytes && FreeMemory() > gibibytes,
            "8 GiB of free memory are needed."
        );
        RandomUniform initializer = Initializers.RandomUniform(1);
        using torch.Tensor tensor = torch
            .empty(rows, columns, dtype: torch.ScalarType.BFloat16)
            .InitializeWith(initializer);
        Fanwise.Draws.Values values = initializer.ValuesFor([rows, columns], ElementType.BFloat16);
        foreach (long row in (long[])[0, 8191, 8192, 65_535, 65_536, rows - 1])
        {
            byte[] expected = new byte[columns * 2];
            values.Fill(row * columns, expected.AsSpan());
            using torch.Tensor found = tensor[row].clone();
            found.bytes.SequenceEqual(expected).ShouldBeTrue($"row {row}");
        }
    }

    private static long FreeMemory() =>
        File.Exists("/proc/meminfo")
            ? 1024
                * long.Parse(
                    File.ReadLines("/proc/meminfo")
                        .First(static line => line.StartsWith("MemAvailable:", StringComparison.Ordinal))
                        .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
                    System.Globalization.CultureInfo.InvariantCulture
                )
            : 0;

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

    private sealed class MixedModule : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        public readonly Conv2d conv = Conv2d(8, 16, 3, groups: 2);
        public readonly BatchNorm2d norm = BatchNorm2d(16);
        public readonly LSTM lstm = LSTM(16, 8);
        public readonly TransformerEncoderLayer encoder = TransformerEncoderLayer(16, 2, 32);

        public MixedModule()
            : base("mixed") => RegisterComponents();

        public override torch.Tensor forward(torch.Tensor input) => norm.forward(conv.forward(input));
    }

    private sealed class OwnModule : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        public readonly Linear dense = Linear(3, 3);
        public readonly Parameter scale = new(torch.ones(3));

        public OwnModule()
            : base("own") => RegisterComponents();

        public override torch.Tensor forward(torch.Tensor input) => dense.forward(input) * scale;
    }
}
