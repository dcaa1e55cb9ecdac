using Fanwise.Simd;

namespace Fanwise.Functions;

/// <summary>The tables of <see cref="SingleFunctions{TLanes, TWords, TDoubles, TSingles}"/>.</summary>
internal static unsafe class SingleTables
{
    /// <summary>The exponents e of k = 2^e z: 1e-7 * 2^23 has the least, 2^23 - 1 the greatest.</summary>
    public const int LeastExponent = -23,
        Exponents = 24;

    /// <summary>Where a table ends and the next begins, in <see cref="Logarithm"/>.</summary>
    public const int LogarithmOfC = LookupTable.Entries,
        ByExponent = 2 * LookupTable.Entries;

    /// <summary>2^-23 / c, for the c in the middle of each sixteenth of the reduced range; then -2 ln c of each; then,
    /// for each exponent e and each c, the pair 2^(-23 - e) / c and -2 (e ln 2 + ln c).</summary>
    public static readonly double* Logarithm = CreateLogarithm();

    /// <summary>ln 2.</summary>
    public const double Ln2 = 0.6931471805599453;

    /// <summary>1 / c.</summary>
    private static ReadOnlySpan<double> InverseC =>
        [
            1.398907162146528,
            1.3403141896637998,
            1.286432210124115,
            1.2367150214269895,
            1.1906977166711752,
            1.1479821020556429,
            1.1082251448272158,
            1.0711297413057381,
            1.036437278977283,
            1.0,
            0.9492859795739057,
            0.8951049428609004,
            0.8476821620351103,
            0.8050314851692001,
            0.7664671008843108,
            0.731428603316328,
        ];

    /// <summary>ln c.</summary>
    private static ReadOnlySpan<double> LogC =>
        [
            -0.33569133332882284,
            -0.2929040563774074,
            -0.2518726580937369,
            -0.21245868807117255,
            -0.17453945183745634,
            -0.1380057072319758,
            -0.10275976698545139,
            -0.06871392447020525,
            -0.0357891387398228,
            0.0,
            0.05204517742929496,
            0.11081431298787942,
            0.1652495223695143,
            0.21687389031699977,
            0.2659635028121397,
            0.3127556664073557,
        ];

    private static double* CreateLogarithm()
    {
        Span<double> tables = stackalloc double[ByExponent + 2 * LookupTable.Entries * Exponents];
        int next = ByExponent;
        for (int e = LeastExponent; e < LeastExponent + Exponents; e++)
        for (int i = 0; i < LookupTable.Entries; i++)
        {
            double inverse = InverseC[i] / 8388608,
                logarithm = -2 * LogC[i];
            (tables[i], tables[LogarithmOfC + i]) = (inverse, logarithm);
            tables[next++] = Math.ScaleB(inverse, -e);
            tables[next++] = Math.FusedMultiplyAdd(e, -2 * Ln2, logarithm);
        }

        return LookupTable.Create(tables);
    }
}
