using System.Globalization;
using Fanwise;

// A table of 2^31 rows of 512 numbers, 4 TiB in float32, that no machine at hand holds: rows are made when they are
// asked for, and are always the same.

Shape table = [1L << 31, 512];
RandomUniform embeddings = Initializers.RandomUniform(seed: 2024);

float[] row = new float[512];
foreach (long index in new[] { 0L, 1_000_000, 1_999_999_999 })
{
    embeddings.Fill<float>(table, Region.Rows(index, 1), row);
    Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"row {index, 13}: {row[0], 9:0.000000} {row[1], 9:0.000000} … {row[^1], 9:0.000000}"
        )
    );
}

// A block of rows is the same numbers, whoever makes it and in whichever order.
float[] block = new float[1000 * 512];
embeddings.Fill<float>(table, Region.Rows(1_000_000_000, 1000), block);
embeddings.Fill<float>(table, Region.Rows(1_000_000_999, 1), row);
Console.WriteLine(
    block.AsSpan(999 * 512).SequenceEqual(row)
        ? "the last row of a block is that row"
        : "the last row of a block differs"
);
