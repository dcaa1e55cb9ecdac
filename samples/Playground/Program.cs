namespace Fanwise.Playground;

internal static class Program
{
    /// <summary>Nothing runs by itself: the page calls the functions of <see cref="PlaygroundFunctions"/>.</summary>
    private static void Main() { }
}
