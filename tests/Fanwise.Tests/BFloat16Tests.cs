namespace Fanwise.Tests;

public class BFloat16Tests
{
    [Theory]
    [InlineData(1f, 0x3F80)]
    [InlineData(1.00390625f, 0x3F80)] // half way between two: to the even one
    [InlineData(1.01171875f, 0x3F82)]
    [InlineData(1.0039064f, 0x3F81)]
    [InlineData(-0f, 0x8000)]
    [InlineData(float.MaxValue, 0x7F80)]
    [InlineData(float.NegativeInfinity, 0xFF80)]
    public void RoundsToTheNearestTiesToEven(float value, int bits) =>
        ((BFloat16)value).ToBits().ShouldBe((ushort)bits);

    [Fact]
    public void EveryValueReadsBackFromItsFloat()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            BFloat16 value = BFloat16.FromBits((ushort)bits);
            if (float.IsNaN((float)value))
                float.IsNaN((float)(BFloat16)(float)value).ShouldBeTrue();
            else
                ((BFloat16)(float)value).ToBits().ShouldBe((ushort)bits);
        }
    }
}
