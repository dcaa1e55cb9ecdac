using System.Numerics;
using Fanwise.Simd;

namespace Fanwise.LinearAlgebra;

/// <summary>One step of <see cref="Reflections{T}"/>, in memory that stays where it is: a panel is reduced, or a
/// panel's reflections are applied to a strip.</summary>
internal unsafe struct ReflectionStep<T> : IVectorized
    where T : unmanaged, IRootFunctions<T>, IFloatingPointIeee754<T>
{
    /// <summary>The columns of a strip: two of the widest registers of singles.</summary>
    public const int Strip = 32;

    /// <summary>Rows that a sum takes at a time, so that both factors stay in the first-level cache: 16 KiB
    /// each of singles.</summary>
    private const int Chunk = 128;

    /// <summary>The panel: its columns, then its reflections' vectors, zero above the diagonal.</summary>
    public T* Vectors;

    /// <summary>-T of the panel, (32, 32).</summary>
    public T* MinusT;

    /// <summary>The strip to which the reflections are applied; null where the panel is reduced.</summary>
    public T* Target;

    /// <summary>Where the panel's part of R's diagonal goes.</summary>
    public T* Diagonal;

    /// <summary>Whether they are applied as I - V T' V', the order of the reduction.</summary>
    public bool IsTransposed;

    /// <summary>The first row that the reflections change.</summary>
    public int First;

    /// <summary>The rows of the matrix.</summary>
    public int Rows;

    /// <summary>The columns of the panel that are the matrix's.</summary>
    public int Columns;

    public static WideCall Wide => typeof(T) == typeof(float) ? WideCall.SingleReflections : WideCall.DoubleReflections;

    /// <summary>The rows that a strip has in memory: whole tiles, and one more, which a sum that does not begin with a
    /// tile may reach. Those that are not the matrix's are zeros.</summary>
    public static int PaddedRows(int rows) =>
        (rows + MatrixTile.Rows - 1) / MatrixTile.Rows * MatrixTile.Rows + MatrixTile.Rows;

    public readonly void Run<TLanes, TWords, TDoubles, TSingles>()
        where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
        where TWords : unmanaged
        where TDoubles : unmanaged
        where TSingles : unmanaged
    {
        if (this is ReflectionStep<float> singles)
            singles.Do<RealSingles<TLanes, TWords, TDoubles, TSingles>, TSingles>();
        else if (this is ReflectionStep<double> doubles)
            doubles.Do<RealDoubles<TLanes, TWords, TDoubles>, TDoubles>();
    }

    private readonly void Do<TReals, TRegister>()
        where TReals : struct, IRealLanes<TRegister, T>
        where TRegister : struct
    {
        if (Target is null)
            Reduce<TReals, TRegister>();
        else
            Apply<TReals, TRegister>();
    }

    /// <summary>Leaves the reflections' vectors in the place of the panel's columns, and -T.</summary>
    private readonly void Reduce<TReals, TRegister>()
        where TReals : struct, IRealLanes<TRegister, T>
        where TRegister : struct
    {
        T* sums = stackalloc T[MatrixTile.Rows * Strip],
            dots = stackalloc T[Strip],
            factors = stackalloc T[Strip];
        for (int j = 0; j < Columns; j++)
        {
            // x' times every column, from which |x|, the reflection's effect and T's column follow.
            int row = First + j;
            T* top = Vectors + row * Strip,
                x = top + j;
            MatrixProduct<TReals, TRegister, T>.Dots(
                sums,
                top,
                j,
                (Rows - row + MatrixTile.Rows - 1) / MatrixTile.Rows
            );
            for (int column = 0; column < Strip; column++)
                dots[column] =
                    sums[column] + sums[Strip + column] + (sums[2 * Strip + column] + sums[3 * Strip + column]);

            // The scale is 2 / v'v of v = x - diagonal e.
            T norm = T.Sqrt(dots[j]),
                diagonal = *x >= T.Zero ? -norm : norm,
                scale = norm == T.Zero ? T.Zero : -T.One / (diagonal * (*x - diagonal));
            Diagonal[j] = diagonal;
            for (int column = 0; column < Strip; column++)
            {
                dots[column] -= diagonal * top[column];
                factors[column] = column > j && column < Columns ? -scale * dots[column] : T.Zero;
            }

            *x -= diagonal;
            MatrixProduct<TReals, TRegister, T>.AddColumn(top, j, factors, Rows - row);
            ExtendT(dots, scale, j);
        }

        for (int j = 0; j < Columns; j++)
            new Span<T>(Vectors + (First + j) * Strip + j + 1, Strip - j - 1).Clear();
    }

    /// <summary>T's column j: scale on the diagonal, above it -scale T (V' v).</summary>
    private readonly void ExtendT(T* dots, T scale, int j)
    {
        for (int i = 0; i < j; i++)
        {
            T sum = T.Zero;
            for (int k = i; k < j; k++)
                sum += MinusT[i * Strip + k] * dots[k];
            MinusT[i * Strip + j] = -scale * sum;
        }

        MinusT[j * Strip + j] = -scale;
    }

    private readonly void Apply<TReals, TRegister>()
        where TReals : struct, IRealLanes<TRegister, T>
        where TRegister : struct
    {
        ulong* memory = stackalloc ulong[2 * Strip * Strip + Scratch.Slack];
        T* products = (T*)Scratch.Align(memory),
            combinations = products + Strip * Strip,
            vectors = Vectors + (nint)First * Strip,
            target = Target + (nint)First * Strip;
        new Span<T>(products, 2 * Strip * Strip).Clear();
        int rows = Rows - First;
        for (int row = 0; row < rows; row += Chunk)
            MatrixProduct<TReals, TRegister, T>.Add(
                products,
                Strip,
                vectors + (nint)row * Strip,
                Strip,
                1,
                target + (nint)row * Strip,
                Math.Min(Chunk, rows - row)
            );
        MatrixProduct<TReals, TRegister, T>.Add(
            combinations,
            Strip,
            MinusT,
            IsTransposed ? Strip : 1,
            IsTransposed ? 1 : Strip,
            products,
            Strip
        );
        int wholeTiles = (rows + MatrixTile.Rows - 1) / MatrixTile.Rows * MatrixTile.Rows;
        MatrixProduct<TReals, TRegister, T>.Add(target, wholeTiles, vectors, 1, Strip, combinations, Strip);
    }
}
