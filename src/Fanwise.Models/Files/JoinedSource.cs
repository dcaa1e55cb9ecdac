namespace Fanwise.Models.Files;

/// <summary>Several sources one after the other, which it does not own.</summary>
internal sealed class JoinedSource(string name, IReadOnlyList<ByteSource> parts)
    : ByteSource(name, parts.Sum(static part => part.Length))
{
    public override void Read(long offset, Span<byte> destination)
    {
        foreach (ByteSource part in parts)
        {
            if (destination.Length == 0)
                return;
            int count = (int)Math.Clamp(part.Length - offset, 0, destination.Length);
            if (count > 0)
                part.Read(offset, destination[..count]);
            destination = destination[count..];
            offset = Math.Max(0, offset - part.Length);
        }

        if (destination.Length > 0)
            throw CheckpointException.Malformed($"'{Name}' is cut short: its files end at byte {Length}.");
    }

    public override void Release()
    {
        foreach (ByteSource part in parts)
            part.Release();
    }
}
