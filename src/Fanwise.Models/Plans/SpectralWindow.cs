namespace Fanwise.Models.Plans;

/// <summary>Windows over the samples of a frame, as scipy.signal.windows has them.</summary>
internal static class SpectralWindow
{
    /// <summary>No frame is longer.</summary>
    public const int MaxLength = 1 << 24;

    /// <summary>The windows that are sums of cosines, by their coefficients: w[n] = sum of a[k] cos(k (2 pi n / (N - 1)
    /// - pi)).</summary>
    private static readonly Dictionary<string, double[]> Cosines = new()
    {
        ["boxcar"] = [1],
        ["hann"] = [.5, .5],
        ["hamming"] = [.54, .46],
        ["blackman"] = [.42, .5, .08],
        ["nuttall"] = [.3635819, .4891775, .1365995, .0106411],
        ["blackmanharris"] = [.35875, .48829, .14128, .01168],
        ["flattop"] = [.21557895, .41663158, .277263158, .083578947, .006947368],
    };

    /// <summary>Windows of their own formulas.</summary>
    private static readonly string[] Others = ["triang", "bartlett", "cosine"];

    /// <summary>Other names that scipy knows.</summary>
    private static readonly Dictionary<string, string> Aliases = new()
    {
        ["box"] = "boxcar",
        ["ones"] = "boxcar",
        ["rect"] = "boxcar",
        ["rectangular"] = "boxcar",
        ["han"] = "hann",
        ["hanning"] = "hann",
        ["hamm"] = "hamming",
        ["ham"] = "hamming",
        ["blac"] = "blackman",
        ["blk"] = "blackman",
        ["black"] = "blackman",
        ["nutt"] = "nuttall",
        ["nut"] = "nuttall",
        ["blkharr"] = "blackmanharris",
        ["bkh"] = "blackmanharris",
        ["flat"] = "flattop",
        ["flt"] = "flattop",
        ["tri"] = "triang",
        ["triangular"] = "triang",
        ["triangle"] = "triang",
        ["bart"] = "bartlett",
        ["brt"] = "bartlett",
        ["sine"] = "cosine",
        ["halfcosine"] = "cosine",
    };

    public static IEnumerable<string> Names => Cosines.Keys.Concat(Others);

    public static bool IsKnown(string name) => Names.Contains(Aliases.GetValueOrDefault(name, name));

    /// <summary>The window's values; a periodic one is that of one sample more, without its last.</summary>
    public static double[] Create(string name, int length, bool periodic)
    {
        name = Aliases.GetValueOrDefault(name, name);
        if (length <= 1)
            return [.. Enumerable.Repeat(1.0, length)];
        int samples = periodic ? length + 1 : length;
        double[] window = new double[length];
        for (int n = 0; n < length; n++)
            window[n] = Value(name, n, samples);
        return window;
    }

    private static double Value(string name, int n, int samples)
    {
        switch (name)
        {
            case "triang":
                int near = Math.Min(n, samples - 1 - n) + 1;
                return samples % 2 == 0 ? (2.0 * near - 1) / samples : 2.0 * near / (samples + 1);
            case "bartlett":
                return Math.Min(2.0 * n, 2.0 * (samples - 1 - n)) / (samples - 1);
            case "cosine":
                return Turn.SinCos(Math.PI / samples * (n + .5)).Sine;
            default:
                double[] coefficients = Cosines[name];
                double sum = 0;
                for (int k = 0; k < coefficients.Length; k++)
                {
                    sum += coefficients[k] * Turn.SinCos(k * (Math.Tau * n / (samples - 1) - Math.PI)).Cosine;
                }

                return sum;
        }
    }
}
