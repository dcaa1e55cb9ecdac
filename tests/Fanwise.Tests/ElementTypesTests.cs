namespace Fanwise.Tests;

public class ElementTypesTests
{
    /// <summary>The bytes are little-endian; minus one and a half in the types that have a fraction.</summary>
    [Theory]
    [InlineData(ElementType.Float32, "0000c0bf", -1.5)]
    [InlineData(ElementType.Float64, "000000000000f8bf", -1.5)]
    [InlineData(ElementType.Float16, "00be", -1.5)]
    [InlineData(ElementType.BFloat16, "c0bf", -1.5)]
    [InlineData(ElementType.Int8, "fe", -2)]
    [InlineData(ElementType.Int32, "feffffff", -2)]
    [InlineData(ElementType.Int64, "feffffffffffffff", -2)]
    [InlineData(ElementType.Bool, "01", 1)]
    public void AnElementIsReadFromItsFirstBytesAlone(ElementType type, string bytes, double value)
    {
        byte[] element = Convert.FromHexString(bytes);
        element.Length.ShouldBe(type.Size());
        type.Read([.. element, 0x55]).ShouldBe(value);
        Should.Throw<ArgumentOutOfRangeException>(() => type.Read(element.AsSpan(1)));
    }
}
