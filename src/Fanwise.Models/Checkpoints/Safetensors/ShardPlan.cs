using System.Globalization;
using Fanwise.Models.Plans;

namespace Fanwise.Models.Checkpoints.Safetensors;

/// <summary>One file of a sharded checkpoint.</summary>
/// <param name="FileName">Its name in the folder.</param>
/// <param name="Weights">What is in it.</param>
public sealed record Shard(string FileName, IReadOnlyList<PlannedWeight> Weights)
{
    /// <summary>The size of its tensors in bytes, without the header.</summary>
    public long Bytes => Weights.Sum(static weight => weight.Values.Bytes);
}

/// <summary>Which weight goes to which file, as Hugging Face's tools split a model: a function of the plan and the
/// limit alone.</summary>
/// <remarks>
/// In the plan's order a shard takes weights while it stays within the limit. A larger weight is a shard of its own,
/// numbered before the shard that is open at that moment.
/// Source: huggingface_hub, serialization/_base.py.
/// </remarks>
public sealed class ShardPlan
{
    /// <summary>The metadata entry of every shard that says which plan it is of (see <see cref="PlanDigest"/>), so that
    /// a shard of another seed is never taken for one of this.</summary>
    public const string DigestKey = "plan";

    /// <summary>The metadata entry of every shard that says which folder it is of: a digest of the plan's digest and of
    /// which weights are in which file. Another split of the same plan is another folder.</summary>
    public const string FolderKey = "folder";

    /// <summary>What the files' names begin with where nothing else is said.</summary>
    public const string DefaultName = "model";

    private readonly WeightPlan _plan;
    private readonly Lazy<IReadOnlyDictionary<string, string>> _metadata;

    private ShardPlan(WeightPlan plan, IReadOnlyList<Shard> shards, string? indexName)
    {
        _plan = plan;
        Shards = shards;
        IndexName = indexName;
        _metadata = new(() =>
        {
            string digest = PlanDigest.Of(plan);
            return new Dictionary<string, string>(plan.Metadata, StringComparer.Ordinal)
            {
                [DigestKey] = digest,
                [FolderKey] = PlanDigest.OfTexts([digest, .. shards.SelectMany(Texts)]),
            };
        });

        static IEnumerable<string> Texts(Shard shard) =>
            shard.Weights.Select(static weight => weight.Name).Prepend(shard.FileName);
    }

    /// <summary>The files, in the order of their numbers; at least one.</summary>
    public IReadOnlyList<Shard> Shards { get; }

    /// <summary>The name of the index, <c>model.safetensors.index.json</c>; null for a single file, which has
    /// none.</summary>
    public string? IndexName { get; }

    /// <summary>Splits a plan.</summary>
    /// <param name="plan">All weights.</param>
    /// <param name="maxShardSize">The most bytes of tensors in a file, at least 1; a single larger weight is written
    /// all the same.</param>
    /// <param name="name">What the files' names begin with.</param>
    /// <exception cref="CheckpointException">The name is not one that loaders accept.</exception>
    public static ShardPlan Split(WeightPlan plan, long maxShardSize, string name = DefaultName)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxShardSize, 1);
        if (!SafetensorsIndex.IsSafeFileName(name + ".safetensors"))
            throw CheckpointException.Request(
                $"A shard's name has letters, digits, '.', '_' and '-' only; received '{name}'."
            );
        List<List<PlannedWeight>> files = [];
        List<PlannedWeight> open = [];
        long size = 0;
        foreach (PlannedWeight weight in plan)
        {
            long bytes = weight.Values.Bytes;
            if (bytes > maxShardSize)
            {
                files.Add([weight]);
                continue;
            }

            if (size > maxShardSize - bytes)
            {
                files.Add(open);
                (open, size) = ([], 0);
            }

            open.Add(weight);
            size += bytes;
        }

        if (open.Count > 0 || files.Count == 0)
            files.Add(open);
        if (files.Count == 1)
            return new(plan, [new($"{name}.safetensors", files[0])], null);
        return new(
            plan,
            [.. files.Select((weights, i) => new Shard(NameOf(name, i + 1, files.Count), weights))],
            $"{name}.safetensors.index.json"
        );
    }

    /// <summary>Whether the index counts parameters beside bytes: transformers, whose files say that they are
    /// PyTorch's, does; huggingface_hub does not.</summary>
    internal static bool CountsParameters(IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue("format", out string? format) && format == "pt";

    /// <summary>The image of one shard's file.</summary>
    /// <exception cref="CheckpointException">The weights do not fit the format.</exception>
    internal FileImage Image(Shard shard)
    {
        ArgumentNullException.ThrowIfNull(shard);
        return SafetensorsHeader.Image(shard.Weights, _metadata.Value);
    }

    /// <summary>The name of one of several files, numbered from 1.</summary>
    internal static string NameOf(string name, long number, long count) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}-{number:D5}-of-{count:D5}.safetensors");

    /// <summary>The bytes of the index; they need nothing but the plan.</summary>
    public byte[] Index() =>
        SafetensorsIndex.Write(
            _plan.Bytes,
            CountsParameters(_plan.Metadata) ? _plan.Parameters : null,
            FolderIdentity.Of(_metadata.Value),
            Shards.SelectMany(static shard =>
                shard.Weights.Select(weight => KeyValuePair.Create(weight.Name, shard.FileName))
            )
        );
}
