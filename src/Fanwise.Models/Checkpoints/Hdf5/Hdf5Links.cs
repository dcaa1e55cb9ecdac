using System.Text;

namespace Fanwise.Models.Checkpoints.Hdf5;

/// <summary>The names in a group and where their objects are.</summary>
/// <remarks>Source: HDF5 File Format Specification 3.0 (B-trees: III.A.1; symbol table nodes: III.B; local heaps:
/// III.D; links: IV.A.2.g).</remarks>
internal static class Hdf5Links
{
    private const int MaxHeight = 16,
        EntrySize = 40;

    /// <summary>The links of a group, from its header; null where the object is no group.</summary>
    public static List<(string Name, long Address)>? Read(Hdf5Bytes file, List<Hdf5Message> header)
    {
        List<(string, long)> links = [];
        bool isGroup = false;
        foreach (Hdf5Message message in header)
        {
            Hdf5Cursor cursor = new(file, message.Bytes, "a group's header");
            switch (message.Kind)
            {
                case Hdf5Format.SymbolTable:
                    isGroup = true;
                    ReadTable(file, cursor.U64(), cursor.U64(), links);
                    break;
                case Hdf5Format.LinkInfo:
                    isGroup = true;
                    DemandCompact(file, cursor);
                    break;
                case Hdf5Format.Link:
                    isGroup = true;
                    links.Add(ReadLink(file, cursor));
                    break;
            }
        }

        return isGroup ? links : null;
    }

    private static void DemandCompact(Hdf5Bytes file, Hdf5Cursor cursor)
    {
        const byte TracksOrder = 1;
        cursor.Skip(1);
        byte flags = cursor.U8();
        cursor.Skip((flags & TracksOrder) != 0 ? 8 : 0);
        if (cursor.U64() != Hdf5Format.Undefined)
            throw file.NotRead("groups of the newest form (libver='latest')");
    }

    private static (string Name, long Address) ReadLink(Hdf5Bytes file, Hdf5Cursor cursor)
    {
        const byte HasOrder = 4,
            HasKind = 8,
            HasEncoding = 16;
        cursor.Skip(1);
        byte flags = cursor.U8();
        int kind = (flags & HasKind) != 0 ? cursor.U8() : 0;
        cursor.Skip((flags & HasOrder) != 0 ? 8 : 0);
        cursor.Skip((flags & HasEncoding) != 0 ? 1 : 0);
        string name = Encoding.UTF8.GetString(cursor.Take(cursor.Unsigned(1 << (flags & 3))).Span);
        return kind == 0 ? (name, cursor.U64()) : throw file.NotRead("links to other places or files");
    }

    private static void ReadTable(Hdf5Bytes file, long tree, long heap, List<(string, long)> links)
    {
        const string What = "a group's names";
        Hdf5Cursor header = file.At(heap, 32, What);
        header.Expect(Hdf5Format.LocalHeap);
        header.Skip(4);
        long length = header.U64();
        header.Skip(8);
        byte[] names = file.Read(header.U64(), length, What);
        Stack<(long Address, int Height)> nodes = new([(tree, MaxHeight)]);
        while (nodes.TryPop(out (long Address, int Height) node))
        {
            Hdf5Cursor cursor = file.At(node.Address, 24, "a group's tree");
            cursor.Expect(Hdf5Format.Tree);
            int kind = cursor.U8(),
                height = cursor.U8(),
                count = cursor.U16();
            if (kind != 0 || height >= node.Height)
                throw file.Malformed("the trees of its groups must be trees of names, and no circles");
            Hdf5Cursor children = file.At(node.Address + 24, (16L * count) + 8, "a group's tree");
            children.Skip(8);
            List<long> addresses = [];
            for (int i = 0; i < count; i++)
            {
                addresses.Add(children.U64());
                children.Skip(8);
            }

            if (height == 0)
                addresses.ForEach(address => ReadLeaf(file, address, names, links));
            for (int i = count - 1; i >= 0 && height > 0; i--)
                nodes.Push((addresses[i], height));
        }
    }

    private static void ReadLeaf(Hdf5Bytes file, long address, byte[] names, List<(string, long)> links)
    {
        const int SoftLink = 2;
        Hdf5Cursor start = file.At(address, 8, "a group's names");
        start.Expect(Hdf5Format.SymbolNode);
        start.Skip(2);
        int count = start.U16();
        Hdf5Cursor cursor = file.At(address + 8, (long)count * EntrySize, "a group's names");
        for (int i = 0; i < count; i++)
        {
            long name = cursor.U64(),
                header = cursor.U64();
            if (cursor.U32() == SoftLink)
                throw file.NotRead("links to other places or files");
            cursor.Skip(EntrySize - 20);
            if (name < 0 || name >= names.Length)
                throw file.Malformed("a group's names must lie within its heap");
            links.Add((new Hdf5Cursor(file, names.AsMemory((int)name), "a group's heap").Text(), header));
        }
    }
}
