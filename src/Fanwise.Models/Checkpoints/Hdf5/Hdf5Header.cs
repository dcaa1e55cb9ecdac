namespace Fanwise.Models.Checkpoints.Hdf5;

/// <summary>A message of an object header: one fact about a group or dataset.</summary>
internal readonly record struct Hdf5Message(int Kind, ReadOnlyMemory<byte> Bytes);

/// <summary>The header of a group or dataset: its messages, those of its continuations included.</summary>
/// <remarks>Source: HDF5 File Format Specification 3.0, IV.A.1.</remarks>
internal static class Hdf5Header
{
    private const int MostBlocks = 4096;
    private const string What = "an object's header";
    private const byte SharedMessage = 2;

    /// <summary>The messages of the object at an address.</summary>
    public static List<Hdf5Message> Read(Hdf5Bytes file, long address)
    {
        Hdf5Cursor start = file.At(address, Math.Min(16, Math.Max(0, file.Source.Length - address)), What);
        return start.U8() switch
        {
            1 => ReadFirst(file, address, start),
            (byte)'O' => ReadSecond(file, address),
            byte version => throw file.Malformed(
                $"the object at byte {unchecked((ulong)address)} must have a header of version 1 or 2; received "
                    + $"{version}"
            ),
        };
    }

    private static List<Hdf5Message> ReadFirst(Hdf5Bytes file, long address, Hdf5Cursor start)
    {
        start.Skip(1);
        int count = start.U16();
        start.Skip(4); // how many links lead here
        Queue<(long Offset, long Length)> blocks = new([(address + 16, start.U32())]);
        List<Hdf5Message> messages = [];
        for (int seen = 0; blocks.TryDequeue(out (long Offset, long Length) block); seen++)
        {
            DemandFewBlocks(file, seen);
            Hdf5Cursor cursor = file.At(block.Offset, block.Length, What);
            while (cursor.Left >= Hdf5Format.MessagePrefix && messages.Count < count)
            {
                int kind = cursor.U16(),
                    length = cursor.U16();
                byte flags = cursor.U8();
                cursor.Skip(3);
                Add(file, messages, blocks, new(kind, cursor.Take(length)), flags);
            }
        }

        return messages.Count == count
            ? messages
            : throw file.Malformed($"the header at byte {address} must have {count} messages; it has {messages.Count}");
    }

    private static List<Hdf5Message> ReadSecond(Hdf5Bytes file, long address)
    {
        const byte TracksAttributes = 4,
            HasPhaseChange = 16,
            HasTimes = 32;
        Hdf5Cursor start = file.At(address, Math.Min(34, file.Source.Length - address), What);
        start.Expect("OHDR"u8);
        byte version = start.U8();
        if (version != 2)
            throw file.Malformed($"a header that begins with OHDR must have version 2; received {version}");
        byte flags = start.U8();
        start.Skip((flags & HasTimes) != 0 ? 16 : 0);
        start.Skip((flags & HasPhaseChange) != 0 ? 4 : 0);
        long first = start.Unsigned(1 << (flags & 3));
        bool hasOrder = (flags & TracksAttributes) != 0;
        Queue<(long Offset, long Length)> blocks = new([(address + start.Position, first)]);
        List<Hdf5Message> messages = [];
        for (int seen = 0; blocks.TryDequeue(out (long Offset, long Length) block); seen++)
        {
            DemandFewBlocks(file, seen);
            Hdf5Cursor cursor = file.At(block.Offset, block.Length, What);
            if (seen > 0)
            {
                cursor.Expect("OCHK"u8);
                cursor = new(file, cursor.Take(Math.Max(0, cursor.Left - 4)), What); // without the checksum
            }

            int prefix = hasOrder ? 6 : 4;
            while (cursor.Left >= prefix)
            {
                int kind = cursor.U8(),
                    length = cursor.U16();
                byte messageFlags = cursor.U8();
                cursor.Skip(prefix - 4);
                Add(file, messages, blocks, new(kind, cursor.Take(length)), messageFlags);
            }
        }

        return messages;
    }

    private static void Add(
        Hdf5Bytes file,
        List<Hdf5Message> messages,
        Queue<(long Offset, long Length)> blocks,
        Hdf5Message message,
        byte flags
    )
    {
        messages.Add(message);
        if ((flags & SharedMessage) != 0)
            throw file.NotRead("messages that objects share");
        if (message.Kind != Hdf5Format.Continuation)
            return;
        Hdf5Cursor cursor = new(file, message.Bytes, What);
        blocks.Enqueue((cursor.U64(), cursor.U64()));
    }

    private static void DemandFewBlocks(Hdf5Bytes file, int seen)
    {
        if (seen == MostBlocks)
            throw file.Malformed($"an object's header must be continued fewer than {MostBlocks} times");
    }
}
