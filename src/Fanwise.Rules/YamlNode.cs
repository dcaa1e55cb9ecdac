using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Fanwise.Rules;

/// <summary>A part of a YAML document, with its place. A scalar is the text that stands there.</summary>
internal abstract record YamlNode(RulePlace Place);

/// <summary>A text, plain or quoted; an absent value is the empty one.</summary>
internal sealed record YamlText(RulePlace Place, string Text) : YamlNode(Place);

/// <summary>A sequence.</summary>
internal sealed record YamlList(RulePlace Place, IReadOnlyList<YamlNode> Items) : YamlNode(Place);

/// <summary>A mapping, in the file's order; keys differ.</summary>
internal sealed record YamlMap(RulePlace Place, IReadOnlyList<KeyValuePair<YamlText, YamlNode>> Entries)
    : YamlNode(Place)
{
    public YamlNode? this[string key]
    {
        get
        {
            foreach ((YamlText name, YamlNode value) in Entries)
                if (name.Text == key)
                    return value;
            return null;
        }
    }
}

/// <summary>Reads a document by its events: no aliases, no tags, so that what is read is no larger than the
/// file.</summary>
internal sealed class YamlReader
{
    private const int MaxDepth = 12;

    private readonly Parser _parser;
    private readonly string _file;

    private YamlReader(string text, string file) => (_parser, _file) = (new(new StringReader(text)), file);

    /// <summary>The one document of a text.</summary>
    /// <exception cref="RuleException">It is no YAML, or has aliases, tags, several documents, keys twice, or too deep
    /// a nesting.</exception>
    public static YamlNode Read(string text, string file)
    {
        YamlReader reader = new(text, file);
        try
        {
            reader.Expect<StreamStart>("a document");
            reader.Expect<DocumentStart>("a document");
            YamlNode root = reader.Node(0);
            reader.Expect<DocumentEnd>("the end of the document");
            reader.Expect<StreamEnd>("one document only");
            return root;
        }
        catch (YamlException exception)
        {
            throw new RuleException(
                $"{reader.At(exception.Start)}: this is no YAML: {exception.Message.TrimEnd('.')}.",
                exception
            );
        }
        catch (InvalidOperationException exception)
        {
            throw new RuleException($"{file}: this is no YAML.", exception); // the scanner's, for some crooked brackets
        }
    }

    private void Expect<TEvent>(string what)
        where TEvent : ParsingEvent
    {
        if (!_parser.MoveNext() || _parser.Current is not TEvent)
            throw new RuleException(At(_parser.Current?.Start ?? Mark.Empty), $"{what} is expected here.");
    }

    private YamlNode Node(int depth)
    {
        _parser.MoveNext();
        return Current(depth);
    }

    private YamlNode Current(int depth)
    {
        ParsingEvent current = _parser.Current!;
        RulePlace place = At(current.Start);
        if (depth > MaxDepth)
            throw new RuleException(place, $"rules are nested at most {MaxDepth} deep; this is deeper.");
        if (current is NodeEvent node && (!node.Tag.IsEmpty || !node.Anchor.IsEmpty))
            throw new RuleException(place, "rules have no tags and no anchors; received one.");
        switch (current)
        {
            case Scalar scalar:
                return new YamlText(place, scalar.Value);
            case SequenceStart:
                List<YamlNode> items = [];
                while (_parser.MoveNext() && _parser.Current is not SequenceEnd)
                    items.Add(Current(depth + 1));
                return new YamlList(place, items);
            case MappingStart:
                return Mapping(place, depth);
            case AnchorAlias:
                throw new RuleException(place, "rules have no aliases; received one.");
            default:
                throw new RuleException(place, "a value is expected here.");
        }
    }

    private YamlMap Mapping(RulePlace place, int depth)
    {
        List<KeyValuePair<YamlText, YamlNode>> entries = [];
        HashSet<string> keys = new(StringComparer.Ordinal);
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            if (Current(depth + 1) is not YamlText key)
                throw new RuleException(place, "a key is a text; received a list or mapping.");
            if (!keys.Add(key.Text))
                throw new RuleException(key.Place, $"a key stands once; received '{key.Text}' twice.");
            entries.Add(new(key, Node(depth + 1)));
        }

        return new(place, entries);
    }

    private RulePlace At(Mark mark) => new(_file, mark.Line, mark.Column);
}
