using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using CanvasWeb.Diffusion.Models;

namespace CanvasWeb.Diffusion.Tokenizers;

/// <summary>
/// CLIP's tokenizer (Radford et al. 2021, arXiv 2103.00020, §2.4): lower case, byte-level byte-pair encoding (Sennrich et al. 2016)
/// in which the last unit of a word ends in <c>&lt;/w&gt;</c>. Immutable; any number of threads may use one.
/// </summary>
/// <remarks>
/// The words are found by a scanner that does what CLIP's pattern says: <c>'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+</c>.
/// A folder whose <c>tokenizer_config.json</c> has <c>"tokenize_chinese_chars": true</c> (the name that BERT's tokenizers use for it) makes
/// each character from U+3400 to U+9FFF a word, which is what canvas-mini is trained with.
/// </remarks>
public sealed class ClipTokenizer
{
    /// <summary>Longest text that is looked at, in UTF-16 units; what follows counts as dropped. No encoder has room for a hundredth of it.</summary>
    public const int MaxTextLength = 16_384;

    private const string EndOfWord = "</w>";
    private const int DefaultMaxLength = 77;

    // openai/CLIP's simple_tokenizer.py keeps 49,152 − 256 − 2 merges of the file, after its header line.
    private const int OpenAiMerges = 49_152 - 256 - 2;

    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private readonly Dictionary<string, int> _specials;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Merged)> _merges;
    private readonly int[] _byteIds;
    private readonly int[] _lastByteIds;
    private readonly string?[] _tokens;
    private readonly bool _lowerCases;
    private readonly bool _splitsChinese;
    private readonly int _unknownId;

    private ClipTokenizer(Source source)
    {
        var vocabulary = source.Vocabulary;
        _lowerCases = source.LowerCases;
        _splitsChinese = source.SplitsChinese;
        MaxLength = source.MaxLength;
        StartId = Id(source, source.Start);
        EndId = Id(source, source.End);
        PadId = Id(source, source.Pad);
        _unknownId = Id(source, source.Unknown);
        _specials = new(StringComparer.Ordinal) { [source.Start] = StartId, [source.End] = EndId };

        var units = ByteUnits();
        // Small vocabularies for tests lack bytes; those become the unknown token, as in transformers.
        _byteIds = Array.ConvertAll(units, unit => vocabulary.GetValueOrDefault(unit.ToString(), _unknownId));
        _lastByteIds = Array.ConvertAll(units, unit => vocabulary.GetValueOrDefault(unit + EndOfWord, _unknownId));

        _merges = new(source.Merges.Count);
        for (var rank = 0; rank < source.Merges.Count; rank++)
        {
            var (left, right) = source.Merges[rank];
            if (!vocabulary.TryGetValue(left, out var leftId) || !vocabulary.TryGetValue(right, out var rightId) || !vocabulary.TryGetValue(left + right, out var merged))
                throw new ModelFormatException(source.MergesFile, $"merge {rank + 1} ({left} {right}) uses a token that the vocabulary does not have.");
            _merges.TryAdd((leftId, rightId), (rank, merged));
        }

        _tokens = new string?[vocabulary.Values.Max() + 1];
        foreach (var (token, id) in vocabulary)
            _tokens[id] = token;
    }

    /// <summary>Positions that the text encoder has, start and end token included (<c>model_max_length</c>, else 77).</summary>
    public int MaxLength { get; }

    /// <summary>Ids run from 0 to one less than this.</summary>
    public int VocabularySize => _tokens.Length;

    public int StartId { get; }

    public int EndId { get; }

    /// <summary>Fills what the text leaves: CLIP's end token, or "!" in the OpenCLIP encoders of Stable Diffusion 2 and SDXL.</summary>
    public int PadId { get; }

    /// <summary>Reads <c>vocab.json</c>, <c>merges.txt</c> and, where there, <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>.</summary>
    /// <param name="folder">The model's tokenizer folder.</param>
    /// <param name="chineseCharactersAreWords">Overrides the config's <c>tokenize_chinese_chars</c>.</param>
    /// <exception cref="ModelFormatException">A file is missing or broken; names it and the reason.</exception>
    public static ClipTokenizer Load(string folder, bool? chineseCharactersAreWords = null)
    {
        var vocabularyFile = Path.Combine(folder, "vocab.json");
        var mergesFile = Path.Combine(folder, "merges.txt");
        var configFile = Path.Combine(folder, "tokenizer_config.json");
        var config = TokenizerFiles.ReadObject(configFile, required: false);
        var specials = TokenizerFiles.ReadObject(Path.Combine(folder, "special_tokens_map.json"), required: false);

        // The map wins over the config: Stable Diffusion 2's config says <|endoftext|> for padding and its map "!", and "!" is right.
        string Special(string name, string otherwise) =>
            TokenizerFiles.SpecialToken(specials, name) ?? TokenizerFiles.SpecialToken(config, name) ?? otherwise;

        var maxLength = DefaultMaxLength;
        // Some exports hold 1e30 for "no limit": that is no length, and the default is meant.
        if (TokenizerFiles.WholeNumber(config, "model_max_length") is { } positions)
            maxLength = positions >= 3 ? positions : throw new ModelFormatException(configFile, "\"model_max_length\" must be at least 3.");

        var vocabulary = TokenizerFiles.ReadVocabulary(vocabularyFile);
        if (vocabulary.Count == 0)
            throw new ModelFormatException(vocabularyFile, "is empty.");
        return new ClipTokenizer(new Source
        {
            VocabularyFile = vocabularyFile,
            MergesFile = mergesFile,
            Vocabulary = vocabulary,
            Merges = ParseMerges(Encoding.UTF8.GetString(TokenizerFiles.ReadBytes(mergesFile)), mergesFile, "#version", int.MaxValue),
            Start = Special("bos_token", "<|startoftext|>"),
            End = Special("eos_token", "<|endoftext|>"),
            Pad = Special("pad_token", "<|endoftext|>"),
            Unknown = Special("unk_token", "<|endoftext|>"),
            MaxLength = maxLength,
            LowerCases = TokenizerFiles.Flag(config, "do_lower_case") ?? true,
            SplitsChinese = chineseCharactersAreWords ?? TokenizerFiles.Flag(config, "tokenize_chinese_chars") ?? false,
        });
    }

    /// <summary>Reads CLIP's own <c>bpe_simple_vocab_16e6.txt.gz</c>, whose vocabulary follows from the merges.</summary>
    /// <param name="gzipFile">The compressed merges as openai/CLIP has them.</param>
    /// <exception cref="ModelFormatException">Missing or broken.</exception>
    public static ClipTokenizer LoadOpenAiMerges(string gzipFile)
    {
        string text;
        try
        {
            using var unpacked = new StreamReader(new GZipStream(new MemoryStream(TokenizerFiles.ReadBytes(gzipFile)), CompressionMode.Decompress));
            text = unpacked.ReadToEnd();
        }
        catch (InvalidDataException e)
        {
            throw new ModelFormatException(gzipFile, $"is not a gzip file: {e.Message}", e);
        }

        var merges = ParseMerges(text, gzipFile, "\"bpe_simple_vocab", OpenAiMerges);
        // The order that CLIP builds its encoder in: bytes (by their stand-in characters), bytes that end a word, merges, special tokens.
        var units = ByteUnits().Order().Select(unit => unit.ToString()).ToArray();
        string[] tokens = [.. units, .. units.Select(unit => unit + EndOfWord), .. merges.Select(merge => merge.Left + merge.Right), "<|startoftext|>", "<|endoftext|>"];
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < tokens.Length; id++)
            vocabulary[tokens[id]] = id;
        return new ClipTokenizer(new Source
        {
            VocabularyFile = gzipFile,
            MergesFile = gzipFile,
            Vocabulary = vocabulary,
            Merges = merges,
            Start = "<|startoftext|>",
            End = "<|endoftext|>",
            Pad = "<|endoftext|>",
            Unknown = "<|endoftext|>",
            MaxLength = DefaultMaxLength,
            LowerCases = true,
            SplitsChinese = false,
        });
    }

    /// <summary>Encodes a prompt to a fixed number of positions.</summary>
    /// <param name="text">Anything; half surrogates count as U+FFFD. The special tokens' own texts are the special tokens, as in CLIP.</param>
    /// <param name="length">Positions, at least 2 (start and end), usually <see cref="MaxLength"/>.</param>
    public TokenizedPrompt Encode(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        var isCutShort = text.Length > MaxTextLength;
        var clean = Clean(isCutShort ? text[..MaxTextLength] : text);
        var lower = _lowerCases ? LowerCase(clean) : clean;

        var ids = new List<int>(length) { StartId };
        var cutAt = -1;
        foreach (var (start, end) in Words(lower))
        {
            var before = ids.Count;
            AppendWord(ids, lower[start..end]);
            if (ids.Count <= length - 1)
                continue;
            // In the middle of a word too: CLIP and transformers cut at tokens.
            ids.RemoveRange(Math.Max(before, length - 1), ids.Count - Math.Max(before, length - 1));
            cutAt = start;
            break;
        }

        ids.Add(EndId);
        var count = ids.Count;
        while (ids.Count < length)
            ids.Add(PadId);
        return new TokenizedPrompt([.. ids], count, Dropped(clean, lower, cutAt, isCutShort));
    }

    /// <summary>The text that ids stand for: special tokens left out, words parted by one space. Unknown ids are left out too.</summary>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new List<byte>();
        var byUnit = UnitBytes();
        foreach (var id in ids)
        {
            if (id == StartId || id == EndId || (uint)id >= (uint)_tokens.Length || _tokens[id] is not { } token)
                continue;
            var endsWord = token.EndsWith(EndOfWord, StringComparison.Ordinal);
            foreach (var unit in endsWord ? token.AsSpan(0, token.Length - EndOfWord.Length) : token)
            {
                if (byUnit.TryGetValue(unit, out var value))
                    bytes.Add(value);
            }

            if (endsWord)
                bytes.Add((byte)' ');
        }

        return Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(bytes)).TrimEnd(' ');
    }

    /// <summary>Well-formed, composed (NFC), every run of white space one space, none at the ends.</summary>
    private static string Clean(string text)
    {
        // Normalize throws on half surrogates, which cutting or hostile input leaves, and on the noncharacter U+FFFE.
        var wellFormed = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            wellFormed.Append(rune.Value == 0xFFFE ? Rune.ReplacementChar : rune);
        var clean = new StringBuilder(wellFormed.Length);
        foreach (var rune in wellFormed.ToString().Normalize(NormalizationForm.FormC).EnumerateRunes())
        {
            if (!Rune.IsWhiteSpace(rune))
                clean.Append(rune);
            else if (clean.Length > 0 && clean[^1] != ' ')
                clean.Append(' ');
        }

        return clean.ToString().TrimEnd(' ');
    }

    /// <summary>
    /// Lower case as Python's: the invariant mapping, plus the two letters whose full mapping depends on more than the letter (dotted
    /// capital I becomes two characters; sigma at the end of a word has its own form).
    /// </summary>
    private static string LowerCase(string text)
    {
        var lower = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\u0130')
                lower.Append("i\u0307");
            else if (text[i] == '\u03A3' && i > 0 && char.IsLetter(text[i - 1]) && !(i + 1 < text.Length && char.IsLetter(text[i + 1])))
                lower.Append('\u03C2');
            else
                lower.Append(text[i]);
        }

        return lower.ToString().ToLowerInvariant();
    }

    /// <summary>CLIP's pattern as a scanner: linear in the text, with nothing to blow up.</summary>
    private List<(int Start, int End)> Words(string text)
    {
        var words = new List<(int, int)>();
        var i = 0;
        while (i < text.Length)
        {
            var start = i;
            var kind = KindAt(text, i, out var width);
            if (kind == CharKind.Space)
            {
                i += width;
                continue;
            }

            i = SpecialEnd(text, i) ?? ContractionEnd(text, i) ?? -1;
            if (i < 0)
            {
                i = start + width;
                while (kind is CharKind.Letter or CharKind.Sign && i < text.Length && KindAt(text, i, out width) == kind)
                    i += width;
            }

            words.Add((start, i));
        }

        return words;
    }

    private CharKind KindAt(string text, int index, out int width)
    {
        var rune = Rune.GetRuneAt(text, index);
        width = rune.Utf16SequenceLength;
        if (_splitsChinese && rune.Value is >= 0x3400 and <= 0x9FFF)
            return CharKind.Single;
        if (Rune.IsLetter(rune))
            return CharKind.Letter;
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber)
            return CharKind.Single;
        return Rune.IsWhiteSpace(rune) ? CharKind.Space : CharKind.Sign;
    }

    private int? SpecialEnd(string text, int index)
    {
        foreach (var special in _specials.Keys)
        {
            if (string.CompareOrdinal(text, index, special, 0, special.Length) == 0)
                return index + special.Length;
        }

        return null;
    }

    private static int? ContractionEnd(string text, int index)
    {
        if (text[index] != '\'')
            return null;
        foreach (var contraction in Contractions)
        {
            if (string.Compare(text, index, contraction, 0, contraction.Length, StringComparison.OrdinalIgnoreCase) == 0)
                return index + contraction.Length;
        }

        return null;
    }

    private void AppendWord(List<int> ids, string word)
    {
        if (_specials.TryGetValue(word, out var special))
        {
            ids.Add(special);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(word);
        var symbols = new int[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
            symbols[i] = (i + 1 < bytes.Length ? _byteIds : _lastByteIds)[bytes[i]];
        Merge(symbols, ids);
    }

    /// <summary>
    /// Byte-pair encoding: the pair of the lowest rank merges first, the leftmost of equal ones. A queue over a linked list makes it
    /// n log n, so that one word of ten thousand letters is harmless.
    /// </summary>
    private void Merge(int[] symbols, List<int> ids)
    {
        const int Gone = -1;
        var next = new int[symbols.Length];
        var previous = new int[symbols.Length];
        var queue = new PriorityQueue<(int Position, int Left, int Right, int Merged), (int Rank, int Position)>();

        void Consider(int position)
        {
            var right = position >= 0 ? next[position] : symbols.Length;
            if (right < symbols.Length && _merges.TryGetValue((symbols[position], symbols[right]), out var merge))
                queue.Enqueue((position, symbols[position], symbols[right], merge.Merged), (merge.Rank, position));
        }

        for (var i = 0; i < symbols.Length; i++)
            (next[i], previous[i]) = (i + 1, i - 1);
        for (var i = 0; i < symbols.Length; i++)
            Consider(i);

        while (queue.TryDequeue(out var pair, out _))
        {
            var right = symbols[pair.Position] == pair.Left ? next[pair.Position] : symbols.Length;
            // An earlier merge has taken one of the two.
            if (right >= symbols.Length || symbols[right] != pair.Right)
                continue;
            symbols[pair.Position] = pair.Merged;
            symbols[right] = Gone;
            next[pair.Position] = next[right];
            if (next[right] < symbols.Length)
                previous[next[right]] = pair.Position;
            Consider(pair.Position);
            Consider(previous[pair.Position]);
        }

        foreach (var symbol in symbols)
        {
            if (symbol != Gone)
                ids.Add(symbol);
        }
    }

    /// <summary>The words from the first cut one on, in the writer's own case where lower case kept the positions.</summary>
    private static string[] Dropped(string clean, string lower, int cutAt, bool isCutShort)
    {
        if (cutAt < 0)
            return isCutShort ? [$"(everything past {MaxTextLength} characters)"] : [];
        var text = clean.Length == lower.Length ? clean : lower;
        var start = cutAt > 0 ? text.LastIndexOf(' ', cutAt - 1) + 1 : 0;
        var words = text[start..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length <= TokenizedPrompt.MaxDroppedWords ? words : words[..TokenizedPrompt.MaxDroppedWords];
    }

    private static List<(string Left, string Right)> ParseMerges(string text, string file, string header, int most)
    {
        var merges = new List<(string, string)>();
        var isFirst = true;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range].Trim("\r ");
            var isHeader = isFirst && line.StartsWith(header, StringComparison.Ordinal);
            isFirst = false;
            if (line.IsEmpty || isHeader)
                continue;
            if (merges.Count == most)
                break;
            var space = line.IndexOf(' ');
            if (space <= 0 || line[(space + 1)..].Contains(' '))
                throw new ModelFormatException(file, $"merge {merges.Count + 1} is not two tokens parted by a space.");
            merges.Add((line[..space].ToString(), line[(space + 1)..].ToString()));
        }

        return merges;
    }

    /// <summary>
    /// GPT-2's stand-in character for each byte (Radford et al. 2019): printable Latin-1 characters are themselves, the others count up
    /// from U+0100, so that a vocabulary file holds no control characters or spaces.
    /// </summary>
    private static char[] ByteUnits()
    {
        var units = new char[256];
        var next = 256;
        for (var value = 0; value < 256; value++)
            units[value] = value is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255) ? (char)value : (char)next++;
        return units;
    }

    private static Dictionary<char, byte> UnitBytes()
    {
        var units = ByteUnits();
        var bytes = new Dictionary<char, byte>(units.Length);
        for (var value = 0; value < units.Length; value++)
            bytes[units[value]] = (byte)value;
        return bytes;
    }

    private static int Id(Source source, string token) => source.Vocabulary.TryGetValue(token, out var id)
        ? id
        : throw new ModelFormatException(source.VocabularyFile, $"lacks the special token {token}.");

    private enum CharKind
    {
        Space,
        Letter,
        Single,
        Sign,
    }

    private sealed record Source
    {
        public required string VocabularyFile { get; init; }

        public required string MergesFile { get; init; }

        public required Dictionary<string, int> Vocabulary { get; init; }

        public required List<(string Left, string Right)> Merges { get; init; }

        public required string Start { get; init; }

        public required string End { get; init; }

        public required string Pad { get; init; }

        public required string Unknown { get; init; }

        public required int MaxLength { get; init; }

        public required bool LowerCases { get; init; }

        public required bool SplitsChinese { get; init; }
    }
}
