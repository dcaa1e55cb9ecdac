using Fanwise.Functions;
using Fanwise.Simd;
using Fanwise.Streams;

namespace Fanwise.Draws;

/// <summary>From a draw, a stream and an index to elements: the one choice of a kernel.</summary>
internal static unsafe class Sampler
{
    /// <summary>Fills <paramref name="destination"/> with the elements from <paramref name="start"/> on.</summary>
    public static void Fill(in Draw draw, PhiloxStream stream, long start, Span<byte> destination) =>
        Fill(draw, stream, start, destination, Dispatch.Best);

    /// <summary>As above, at a width that the machine supports.</summary>
    public static void Fill(in Draw draw, PhiloxStream stream, long start, Span<byte> destination, VectorWidth width)
    {
        bool fused = ScalesWithKernels(draw);
        fixed (byte* pointer = destination)
            Dispatch.Run(
                new Slice(
                    fused ? draw : draw.ToStandard(),
                    stream,
                    start,
                    pointer,
                    destination.Length / draw.ElementType.Size()
                ),
                width
            );
        if (!fused)
            Scale(draw, destination);
    }

    /// <summary>Whether the kernels' plain arithmetic is the element type's: no product or sum can be subnormal (the
    /// reference flushes these) or overflow float16.</summary>
    /// <remarks>
    /// Standard values are 0 or at least 2^-40 and 2^-93 (double), and below 9. With a multiplier of 2^-60 or more,
    /// products are 0 or at least 2^-100;
    /// and where such a product and an addend nearly cancel, what is left is a multiple of the last bit of 2^-100, not
    /// below 2^-126.
    /// A uniform's product is made with one rounding less, which loses the sign of 0 times a negative number; that
    /// shows where -0 is added.
    /// </remarks>
    private static bool ScalesWithKernels(in Draw draw)
    {
        double size = Math.Abs(draw.Multiplier);
        if (double.IsNegative(draw.Multiplier) && double.IsNegative(draw.Addend) && draw.Addend == 0)
            return false;
        return draw.ElementType switch
        {
            ElementType.Float32 or ElementType.BFloat16 => size is 0 or >= 1 / (double)(1L << 60) and <= 1L << 60
                && Math.Abs(draw.Addend) <= 1L << 60,
            ElementType.Float64 => size is 0 or >= 1e-200 and <= 1e200 && Math.Abs(draw.Addend) <= 1e200,
            ElementType.Float16 => size <= 4096 && Math.Abs(draw.Addend) <= 16384,
            _ => true,
        };
    }

    /// <summary>The element type's own multiplication and addition, for the draws that need it.</summary>
    private static void Scale(in Draw draw, Span<byte> destination)
    {
        int size = draw.ElementType.Size();
        for (; destination.Length > 0; destination = destination[size..])
        {
            double standard = draw.ElementType.Read(destination);
            Elements.Store(
                Elements.Add(
                    Elements.Multiply(standard, draw.Multiplier, draw.ElementType),
                    draw.Addend,
                    draw.ElementType
                ),
                draw.ElementType,
                destination
            );
        }
    }

    /// <summary>One call, to be run at some width.</summary>
    internal readonly struct Slice(Draw draw, PhiloxStream stream, long start, void* destination, long length)
        : IVectorized
    {
        public static WideCall Wide => WideCall.Slice;

        public void Run<TLanes, TWords, TDoubles, TSingles>()
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged
        {
            if (draw.DoubleLogarithm)
                Run<TLanes, TWords, TDoubles, TSingles, DoubleRadius>(default);
            else
                Run<TLanes, TWords, TDoubles, TSingles, SingleRadius>(new(SingleTables.Logarithm));
        }

        private void Run<TLanes, TWords, TDoubles, TSingles, TRadius>(TRadius radius)
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged
            where TRadius : struct, IRadius
        {
            switch (draw.ElementType)
            {
                case ElementType.Float32:
                    Singles<TLanes, TWords, TDoubles, TSingles, TRadius>(radius);
                    break;
                case ElementType.Float64:
                    Doubles<TLanes, TWords, TDoubles>();
                    break;
                case ElementType.Float16:
                    Halves<TLanes, TWords, TDoubles, TSingles, TRadius, Binary16<TLanes, TWords, TDoubles, TSingles>>(
                        radius,
                        fractionBits: 10
                    );
                    break;
                case ElementType.BFloat16:
                    Halves<TLanes, TWords, TDoubles, TSingles, TRadius, Brain16<TLanes, TWords, TDoubles, TSingles>>(
                        radius,
                        fractionBits: 7
                    );
                    break;
                case ElementType.Int32:
                    Slices.Fill(default(WordKernel<TLanes, TWords>), stream, start, (uint*)destination, length);
                    Integers.Reduce(new Span<int>(destination, (int)length), draw.Low, draw.Range);
                    break;
                default:
                    Slices.Fill(
                        default(WordKernel<TLanes, TWords>),
                        stream.Skip((UInt128)(start / 2)),
                        2 * (start % 2),
                        (uint*)destination,
                        2 * length
                    ); // 2 * start may overflow
                    Integers.Reduce(new Span<long>(destination, (int)length), draw.Low, draw.Range);
                    break;
            }
        }

        private void Singles<TLanes, TWords, TDoubles, TSingles, TRadius>(TRadius radius)
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged
            where TRadius : struct, IRadius
        {
            (TSingles multiplier, TSingles addend) = (
                TLanes.Single((float)draw.Multiplier),
                TLanes.Single((float)draw.Addend)
            );
            switch (draw.Kind)
            {
                case DrawKind.Uniform:
                    Fill<UniformKernel<TLanes, TWords, TDoubles, TSingles>, float>(new(0x7FFFFF, multiplier, addend));
                    break;
                case DrawKind.Normal:
                    Fill<
                        NormalKernel<
                            TLanes,
                            TWords,
                            SingleNormals<TLanes, TWords, TDoubles, TSingles, TRadius>,
                            TSingles,
                            float
                        >,
                        float
                    >(new(new(radius), multiplier, addend));
                    break;
                default:
                    Fill<
                        TruncatedNormalKernel<
                            TLanes,
                            TWords,
                            SingleNormals<TLanes, TWords, TDoubles, TSingles, TRadius>,
                            TSingles,
                            float
                        >,
                        float
                    >(new(new(radius), multiplier, addend));
                    break;
            }
        }

        private void Doubles<TLanes, TWords, TDoubles>()
            where TLanes : struct, IDoubleLanes<TWords, TDoubles>
            where TWords : unmanaged
            where TDoubles : unmanaged
        {
            (TDoubles multiplier, TDoubles addend) = (TLanes.Double(draw.Multiplier), TLanes.Double(draw.Addend));
            switch (draw.Kind)
            {
                case DrawKind.Uniform:
                    Fill<DoubleUniforms<TLanes, TWords, TDoubles>, double>(new(multiplier, addend));
                    break;
                case DrawKind.Normal:
                    Fill<
                        NormalKernel<TLanes, TWords, DoubleNormals<TLanes, TWords, TDoubles>, TDoubles, double>,
                        double
                    >(new(default, multiplier, addend));
                    break;
                default:
                    Fill<
                        TruncatedNormalKernel<
                            TLanes,
                            TWords,
                            DoubleNormals<TLanes, TWords, TDoubles>,
                            TDoubles,
                            double
                        >,
                        double
                    >(new(default, multiplier, addend));
                    break;
            }
        }

        private void Halves<TLanes, TWords, TDoubles, TSingles, TRadius, TFormat>(TRadius radius, int fractionBits)
            where TLanes : struct, ILanes<TWords, TDoubles, TSingles>
            where TWords : unmanaged
            where TDoubles : unmanaged
            where TSingles : unmanaged
            where TRadius : struct, IRadius
            where TFormat : struct, IHalfFormat<TWords, TSingles>
        {
            (TSingles multiplier, TSingles addend) = (
                TLanes.Single((float)draw.Multiplier),
                TLanes.Single((float)draw.Addend)
            );
            (TSingles one, TSingles nothing) = (TLanes.Single(1), TLanes.Single(-0f));
            bool isCentred = draw.Addend == 0;
            switch (draw.Kind)
            {
                // The bits of a shorter fraction are the low ones, too: a number 2^(23 - bits) times too small.
                case DrawKind.Uniform:
                    Fill<
                        HalfKernel<
                            TLanes,
                            TWords,
                            TDoubles,
                            TSingles,
                            UniformKernel<TLanes, TWords, TDoubles, TSingles>,
                            TFormat
                        >,
                        ushort
                    >(
                        new(
                            new((1u << fractionBits) - 1, TLanes.Single(1 << (23 - fractionBits)), nothing),
                            default,
                            multiplier,
                            addend,
                            isCentred
                        )
                    );
                    break;
                case DrawKind.Normal:
                    Fill<
                        HalfKernel<
                            TLanes,
                            TWords,
                            TDoubles,
                            TSingles,
                            NormalKernel<
                                TLanes,
                                TWords,
                                SingleNormals<TLanes, TWords, TDoubles, TSingles, TRadius>,
                                TSingles,
                                float
                            >,
                            TFormat
                        >,
                        ushort
                    >(new(new(new(radius), one, nothing), default, multiplier, addend, isCentred));
                    break;
                default:
                    Fill<
                        HalfKernel<
                            TLanes,
                            TWords,
                            TDoubles,
                            TSingles,
                            TruncatedNormalKernel<
                                TLanes,
                                TWords,
                                SingleNormals<TLanes, TWords, TDoubles, TSingles, TRadius>,
                                TSingles,
                                float
                            >,
                            TFormat
                        >,
                        ushort
                    >(new(new(new(radius), one, nothing), default, multiplier, addend, isCentred));
                    break;
            }
        }

        private void Fill<TKernel, T>(in TKernel kernel)
            where TKernel : struct, IKernel<T>
            where T : unmanaged => Slices.Fill(kernel, stream, start, (T*)destination, length);
    }
}
