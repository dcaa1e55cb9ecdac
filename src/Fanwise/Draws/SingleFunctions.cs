namespace Fanwise.Draws;

/// <summary>The logarithm, sine and cosine behind float32 normals: those of the C library that TensorFlow's published numbers come from, evaluated in double and rounded once.</summary>
/// <remarks>
/// Never the platform's: its result differs between systems. Checked over all 2^23 inputs that a normal can meet; on these, fused and separate multiply-adds give the same float.
/// Source of algorithms and constants: ARM optimized-routines (MIT licence), logf and sincosf; in glibc since 2.28.
/// </remarks>
internal static class SingleFunctions
{
    public const double Ln2 = 0.6931471805599453;

    /// <summary>ln(1 + r) - r = A2 r^2 + A1 r^3 + A0 r^4.</summary>
    public const double A0 = -0.25089342214237154, A1 = 0.333456765744066, A2 = -0.4999997485802103;

    /// <summary>cos x = 1 + C1 x^2 + C2 x^4 + C3 x^6 + C4 x^8.</summary>
    public const double C1 = -0.49999999725108224, C2 = 0.041666623324344516, C3 = -0.001388676379437604, C4 = 2.4390450703564542E-05;

    /// <summary>sin x = x + S1 x^3 + S2 x^5 + S3 x^7.</summary>
    public const double S1 = -0.16666654943701084, S2 = 0.008332178146138854, S3 = -0.00019517298981385725;

    public const double HalfPi = 1.5707963267948966;

    /// <summary>2 / pi * 2^24: x times this, plus 2^23, has the nearest quadrant above bit 24.</summary>
    private const double QuadrantScale = 0.6366197723675814 * 16777216;

    /// <summary>1 / c for the c in the middle of each sixteenth of [0.7, 1.4).</summary>
    public static ReadOnlySpan<double> InverseC =>
    [
        1.398907162146528, 1.3403141896637998, 1.286432210124115, 1.2367150214269895, 1.1906977166711752, 1.1479821020556429, 1.1082251448272158, 1.0711297413057381,
        1.036437278977283, 1.0, 0.9492859795739057, 0.8951049428609004, 0.8476821620351103, 0.8050314851692001, 0.7664671008843108, 0.731428603316328,
    ];

    /// <summary>ln c.</summary>
    public static ReadOnlySpan<double> LogC =>
    [
        -0.33569133332882284, -0.2929040563774074, -0.2518726580937369, -0.21245868807117255, -0.17453945183745634, -0.1380057072319758, -0.10275976698545139, -0.06871392447020525,
        -0.0357891387398228, 0.0, 0.05204517742929496, 0.11081431298787942, 0.1652495223695143, 0.21687389031699977, 0.2659635028121397, 0.3127556664073557,
    ];

    /// <summary>ln x of a normal positive x: x = 2^k z, z = c (1 + r), ln x = k ln 2 + ln c + ln(1 + r).</summary>
    public static float Log(float x)
    {
        uint bits = BitConverter.SingleToUInt32Bits(x), offset = bits - 0x3f330000;
        int i = (int)(offset >> 19) & 15, k = (int)offset >> 23;
        double z = BitConverter.UInt32BitsToSingle(bits - (offset & 0xff800000));
        double r = z * InverseC[i] - 1, r2 = r * r;
        double y = A0 * r2 + (A1 * r + A2);
        return (float)(y * r2 + (LogC[i] + k * Ln2 + r));
    }

    /// <summary>sin x and cos x for 0 &lt;= x &lt; 2 pi, reduced to the nearest quadrant.</summary>
    public static (float Sine, float Cosine) SinCos(float angle)
    {
        int quadrant = (int)(angle * QuadrantScale) + 0x800000 >> 24;
        double x = angle - quadrant * HalfPi;
        double x2 = x * x, x3 = x2 * x, x4 = x2 * x2;
        double sine = x + x3 * S1 + x3 * x2 * (S2 + x2 * S3);
        double cosine = 1 + x2 * C1 + x4 * C2 + x4 * x2 * (C3 + x2 * C4);
        return (quadrant & 3) switch
        {
            0 => ((float)sine, (float)cosine),
            1 => ((float)cosine, -(float)sine),
            2 => (-(float)sine, -(float)cosine),
            _ => (-(float)cosine, (float)sine),
        };
    }
}
