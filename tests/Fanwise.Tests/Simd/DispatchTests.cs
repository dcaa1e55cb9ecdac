using Fanwise.Simd;

namespace Fanwise.Tests.Simd;

[Trait("Category", "Sampling")]
public class DispatchTests(ITestOutputHelper output)
{
    [Fact]
    public void TakesTheWidestLanesThatTheMachineHas()
    {
        output.WriteLine($"Widths: {string.Join(", ", Dispatch.Supported)}; used: {Dispatch.Best}.");
        Dispatch.Best.ShouldBe(Dispatch.Supported.Max());
        Dispatch.Supported.ShouldContain(VectorWidth.Scalar);
    }

    [Fact]
    public void SwitchesOfTheRuntimeNarrowIt()
    {
        static bool IsOff(string feature) => Environment.GetEnvironmentVariable($"DOTNET_Enable{feature}") == "0";
        if (IsOff("HWIntrinsic"))
            Dispatch.Best.ShouldBe(VectorWidth.Scalar);
        if (IsOff("AVX2"))
            ((int)Dispatch.Best).ShouldBeLessThanOrEqualTo((int)VectorWidth.Bits128);
        if (IsOff("AVX512"))
            ((int)Dispatch.Best).ShouldBeLessThanOrEqualTo((int)VectorWidth.Bits256);
    }
}
