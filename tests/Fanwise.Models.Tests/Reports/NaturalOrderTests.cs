namespace Fanwise.Models.Tests.Reports;

public class NaturalOrderTests
{
    [Fact]
    public void NumbersComeByTheirValue()
    {
        string[] names =
        [
            "h.10.bias",
            "h.2.bias",
            "h.02.bias",
            "h.2",
            "h",
            "h.9999999999999999999999",
            "g.5",
            "h.2.weight",
        ];
        Array.Sort(names, NaturalOrder.Compare);
        names.ShouldBe([
            "g.5",
            "h",
            "h.2",
            "h.02.bias",
            "h.2.bias",
            "h.2.weight",
            "h.10.bias",
            "h.9999999999999999999999",
        ]);
    }
}
