using System.Numerics;
using Fanwise.Generations;

namespace Fanwise.Tests.Generations;

/// <summary>Python's values stay what they were.</summary>
public class PythonValueTests
{
    [Fact]
    public void OneAndOnePointZeroDiffer()
    {
        PythonValue one = 1,
            float1 = 1.0;
        (one == float1).ShouldBeFalse();
        (one.ToJson(), float1.ToJson()).ShouldBe(("1", "1.0"));
        (PythonValue.Parse("1").Kind, PythonValue.Parse("1.0").Kind, PythonValue.Parse("1e2").Kind).ShouldBe(
            (PythonKind.Integer, PythonKind.Float, PythonKind.Float)
        );
    }

    [Theory]
    [InlineData("""{"a": [1, 2.5, "x'y", null, true], "b": {}}""", """{'a': [1, 2.5, "x'y", None, True], 'b': {}}""")]
    [InlineData("""["\n\u0001\\"]""", """['\n\x01\\']""")]
    [InlineData("""["\r\t '\"", false]""", """['\r\t \'"', False]""")]
    [InlineData("NaN", "nan")]
    [InlineData("-Infinity", "-inf")]
    [InlineData("1e22", "1e+22")]
    [InlineData("1267650600228229401496703205376", "1267650600228229401496703205376")]
    public void RepresentationsAsPythonPrintsThem(string json, string representation) =>
        PythonValue.Parse(json).Representation.ShouldBe(representation);

    [Theory]
    [InlineData("""{"a": [1, 2.0, NaN, Infinity, -Infinity], "b": "\u00e9\"\\ NaN"}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("[true, false]")]
    [InlineData("""["a\n\r\t\b\f\u0001\u007f~ ", {}]""")]
    public void JsonAsPythonWritesIt(string json) => PythonValue.Parse(json).ToJson().ShouldBe(json);

    [Fact]
    public void OfKeysThatComeTwiceTheLastCounts() =>
        PythonValue.Parse("""{"a": 1, "b": 2, "a": 3}""").ToJson().ShouldBe("""{"a": 3, "b": 2}""");

    [Fact]
    public void JsonThatCannotBeReadGivesNoValue()
    {
        PythonValue.TryParse("[1]", out PythonValue value).ShouldBeTrue();
        value.ToJson().ShouldBe("[1]");
        PythonValue.TryParse("[1", out value).ShouldBeFalse();
        value.IsGiven.ShouldBeFalse();
        PythonValue.TryParse(null, out _).ShouldBeFalse();
    }

    [Fact]
    public void EqualDictsHaveTheSameKeysAndValues()
    {
        PythonValue dict = PythonValue.Parse("""{"a": 1, "b": 2}""");
        dict.ShouldBe(PythonValue.Parse("""{"a": 1, "b": 2}"""));
        dict.GetHashCode().ShouldBe(PythonValue.Parse("""{"a": 1, "b": 2}""").GetHashCode());
        foreach (string other in (string[])["""{"a": 1, "c": 2}""", """{"a": 1, "b": 3}""", """{"a": 1}""", "[1, 2]"])
            (dict == PythonValue.Parse(other)).ShouldBeFalse(other);
    }

    [Fact]
    public void NumbersAndNames()
    {
        ((PythonValue)true).Integer.ShouldBe(BigInteger.One);
        ((PythonValue)false).Integer.ShouldBe(BigInteger.Zero);
        ((PythonValue)BigInteger.Pow(2, 2000)).Number.ShouldBe(double.PositiveInfinity);
        ((PythonValue)"x").Number.ShouldBeNull();
        (default(PythonValue).IsGiven, PythonValue.None.IsGiven).ShouldBe((false, true));
        (((PythonValue)"a").TypeName, ((PythonValue)1.5).TypeName, PythonValue.None.TypeName).ShouldBe(
            ("str", "float", "NoneType")
        );
        (((PythonValue)true).TypeName, PythonValue.List().TypeName, PythonValue.Parse("{}").TypeName).ShouldBe(
            ("bool", "list", "dict")
        );
    }
}
