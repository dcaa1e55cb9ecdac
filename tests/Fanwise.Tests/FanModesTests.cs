namespace Fanwise.Tests;

public class FanModesTests
{
    [Fact]
    public void EachModeHasKerasWord()
    {
        FanModes.Names.ShouldBe(["fan_in", "fan_out", "fan_avg"]);
        foreach (FanMode mode in Enum.GetValues<FanMode>())
            FanModes.Parse(mode.Name()).ShouldBe(mode);
    }

    [Fact]
    public void AnotherWordIsRefusedWithTheNearestOne()
    {
        FanModes.TryParse("fan_inn", out _).ShouldBeFalse();
        Should
            .Throw<InitializerException>(static () => FanModes.Parse("fan_inn"))
            .Message.ShouldBe("A mode is one of fan_in, fan_out, fan_avg; received 'fan_inn'; did you mean 'fan_in'?");
    }
}
