using System.Runtime.CompilerServices;

namespace Fanwise.Simd;

/// <summary>How the loops are compiled in which all the time goes.</summary>
internal static class Compilation
{
    /// <summary>In full at the first call. The runtime would else begin with code that keeps no vector in a register,
    /// count calls, and compile once more beside it: a tensor or two are drawn by then, and a loop that is entered once
    /// never gets there.</summary>
    public const MethodImplOptions AtOnce = MethodImplOptions.AggressiveOptimization;
}
