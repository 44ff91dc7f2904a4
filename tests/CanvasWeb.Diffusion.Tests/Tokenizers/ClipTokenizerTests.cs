using System.Text;
using System.Text.Json;
using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Tokenizers;
using CanvasWeb.Testing;

namespace CanvasWeb.Diffusion.Tests.Tokenizers;

public sealed class ClipTokenizerTests
{
    private static readonly string Fixture = RepositoryFiles.PathTo("tests", "golden", "tokenizers", "fixture");

    [Theory]
    [InlineData("a photo of a cat", new[] { 320, 1125, 539, 320, 2368 })]
    [InlineData("2025", new[] { 273, 271, 273, 276 })]
    [InlineData("  A\tPHOTO\n of a  Cat ", new[] { 320, 1125, 539, 320, 2368 })]
    public void Published_ids_come_out_of_clips_own_merges(string text, int[] expected)
    {
        var tokenizer = OpenAi();
        var prompt = tokenizer.Encode(text, 77);
        Assert.Equal(49_408, tokenizer.VocabularySize);
        Assert.Equal([49406, .. expected, 49407], prompt.Ids[..prompt.TokenCount]);
        Assert.Equal(77, prompt.Ids.Length);
        Assert.All(prompt.Ids[prompt.TokenCount..], id => Assert.Equal(tokenizer.PadId, id));
        Assert.Empty(prompt.DroppedWords);
    }

    [Theory]
    [InlineData("fixture")]
    [InlineData("canvas-mini-gpu/assets/tokenizer")]
    [InlineData("canvas-mini-v0/tokenizer")]
    public void Ids_equal_those_of_the_training_recipes_tokenizer(string name)
    {
        var folder = name == "fixture" ? Fixture : RepositoryFiles.PathTo("..", "shared", name);
        Assert.SkipUnless(Directory.Exists(folder), $"{name} is not beside the repository.");
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(Fixture, "..", "vectors.json")));
        var entry = golden.RootElement.GetProperty(name);
        // The assets in ../shared were written before the config had a word for it; our own fixture says it.
        var tokenizer = ClipTokenizer.Load(folder, name == "fixture" ? null : entry.GetProperty("split").GetBoolean());
        foreach (var vector in entry.GetProperty("vectors").EnumerateArray())
        {
            var text = vector[0].GetString()!;
            var expected = vector[1].EnumerateArray().Select(id => id.GetInt32()).ToArray();
            Assert.True(expected.SequenceEqual(tokenizer.Encode(text, entry.GetProperty("length").GetInt32()).Ids), $"{name}: \"{text}\"");
        }
    }

    [Theory]
    [InlineData("a photo of a cat", "a photo of a cat")]
    [InlineData("Ein großer Hund, 2025!", "ein großer hund , 2 0 2 5 !")]
    [InlineData("👩‍🚀 on a 🐎", "👩‍🚀 on a 🐎")]
    [InlineData("一只猫", "一只猫")]
    [InlineData("  ", "")]
    public void Decoding_gives_the_words_back(string text, string expected)
    {
        var tokenizer = OpenAi();
        var ids = tokenizer.Encode(text, 77).Ids;
        Assert.Equal(expected, tokenizer.Decode(ids));
        Assert.Equal(ids, tokenizer.Encode(tokenizer.Decode(ids), 77).Ids);
    }

    [Fact]
    public void Chinese_characters_are_words_where_the_config_says_so()
    {
        var split = ClipTokenizer.Load(Fixture);
        var whole = ClipTokenizer.Load(Fixture, chineseCharactersAreWords: false);
        Assert.Equal("猫 狗", split.Decode(split.Encode("猫狗", 24).Ids));
        Assert.Equal("猫狗", whole.Decode(whole.Encode("猫狗", 24).Ids));
    }

    [Fact]
    public void Ten_thousand_random_strings_do_not_crash()
    {
        const int Seed = 20251122;
        var random = new Random(Seed);
        var tokenizer = ClipTokenizer.Load(Fixture);
        for (var round = 0; round < 10_000; round++)
        {
            var text = RandomText(random);
            var prompt = tokenizer.Encode(text, 24);
            Assert.True(prompt.Ids.Length == 24 && prompt.Ids[0] == tokenizer.StartId && prompt.Ids[prompt.TokenCount - 1] == tokenizer.EndId, $"seed {Seed}, round {round}");
            Assert.All(prompt.Ids, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
            tokenizer.Decode(prompt.Ids);
        }
    }

    [Fact]
    public void Every_byte_of_the_text_comes_back()
    {
        // Characters that stay as they are: no capitals, no marks that normalisation would move, no white space inside words.
        string[] letters = ["a", "q", "cat", "é", "ß", "я", "猫", "😀", "1", "½", "!", "…", "_", "-", "€", "\u0001", "\uffff"];
        const int Seed = 7;
        var random = new Random(Seed);
        var tokenizer = ClipTokenizer.Load(Fixture);
        for (var round = 0; round < 1000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => random.Next(5) == 0 ? " " : letters[random.Next(letters.Length)]));
            var decoded = tokenizer.Decode(tokenizer.Encode(text, 4096).Ids);
            Assert.True(text.Replace(" ", "", StringComparison.Ordinal) == decoded.Replace(" ", "", StringComparison.Ordinal), $"seed {Seed}, round {round}: \"{text}\" became \"{decoded}\"");
        }
    }

    [Fact]
    public void Words_past_the_limit_are_named_as_they_were_written()
    {
        var tokenizer = ClipTokenizer.Load(Fixture);
        var prompt = tokenizer.Encode("a cat and a dog and a Red Cube", 9);
        Assert.Equal(["Red", "Cube"], prompt.DroppedWords);
        Assert.Equal(9, prompt.TokenCount);
        Assert.Equal(tokenizer.EndId, prompt.Ids[8]);
        Assert.Empty(tokenizer.Encode("a cat and a dog and a", 9).DroppedWords);
    }

    [Fact]
    public void A_word_that_is_cut_in_its_middle_is_dropped_in_name_and_kept_in_part()
    {
        var tokenizer = ClipTokenizer.Load(Fixture);
        var prompt = tokenizer.Encode("a zzzzzz ball", 5);
        Assert.Equal(["zzzzzz", "ball"], prompt.DroppedWords);
        Assert.Equal("a zz", tokenizer.Decode(prompt.Ids));
    }

    [Fact]
    public void Huge_inputs_are_bounded()
    {
        var tokenizer = ClipTokenizer.Load(Fixture);
        foreach (var text in (string[])[new string('a', 1_000_000), new string('\'', 1_000_000), string.Concat(Enumerable.Repeat("cat ", 300_000)), new string('\u0301', 500_000), new string('\ud800', 500_000)])
        {
            var prompt = tokenizer.Encode(text, 24);
            Assert.Equal(24, prompt.Ids.Length);
            Assert.InRange(prompt.DroppedWords.Count, 1, TokenizedPrompt.MaxDroppedWords);
        }

        // Everything in sight fits, but there was more.
        Assert.NotEmpty(tokenizer.Encode("cat" + new string(' ', 1_000_000) + "dog", 24).DroppedWords);
    }

    [Fact]
    public void Special_tokens_in_a_prompt_are_the_special_tokens_as_in_clip()
    {
        var tokenizer = ClipTokenizer.Load(Fixture);
        var prompt = tokenizer.Encode("a <|endoftext|> cat", 24);
        Assert.Equal(tokenizer.EndId, prompt.Ids[2]);
    }

    [Fact]
    public void The_map_of_special_tokens_decides_what_pads()
    {
        using var folder = new TemporaryFolder(Fixture);
        // Stable Diffusion 2: the config says the end token, the map "!", and "!" is right. Newer exports write an object.
        folder.Write("special_tokens_map.json", """{ "pad_token": "!" }""");
        Assert.Equal(0, ClipTokenizer.Load(folder.Path).PadId);
        folder.Write("special_tokens_map.json", """{ "pad_token": { "content": "\"", "lstrip": false } }""");
        Assert.Equal(1, ClipTokenizer.Load(folder.Path).PadId);
        var prompt = ClipTokenizer.Load(folder.Path).Encode("cat", 6);
        Assert.All(prompt.Ids[prompt.TokenCount..], id => Assert.Equal(1, id));
    }

    [Fact]
    public void The_length_comes_from_the_config()
    {
        using var folder = new TemporaryFolder(Fixture);
        Assert.Equal(24, ClipTokenizer.Load(folder.Path).MaxLength);
        folder.Write("tokenizer_config.json", """{ "model_max_length": 1000000000000000019884624838656 }""");
        Assert.Equal(77, ClipTokenizer.Load(folder.Path).MaxLength);
        File.Delete(Path.Combine(folder.Path, "tokenizer_config.json"));
        Assert.Equal(77, ClipTokenizer.Load(folder.Path).MaxLength);
    }

    [Theory]
    [InlineData("vocab.json", null, "missing")]
    [InlineData("merges.txt", null, "missing")]
    [InlineData("vocab.json", "{ \"a\": 1", "JSON")]
    [InlineData("vocab.json", "[1]", "object")]
    [InlineData("vocab.json", "{}", "empty")]
    [InlineData("vocab.json", "{ \"a\": -1 }", "\"a\"")]
    [InlineData("vocab.json", "{ \"a\": 99999999 }", "\"a\"")]
    [InlineData("vocab.json", "{ \"a\": \"b\" }", "\"a\"")]
    [InlineData("vocab.json", "{ \"a\": 1 }", "<|startoftext|>")]
    [InlineData("merges.txt", "#version: 0.2\nab\n", "merge 1")]
    [InlineData("merges.txt", "#version: 0.2\na b c\n", "merge 1")]
    [InlineData("merges.txt", "#version: 0.2\nq qqq\n", "merge 1 (q qqq)")]
    [InlineData("tokenizer_config.json", "nonsense", "JSON")]
    [InlineData("tokenizer_config.json", "{ \"model_max_length\": 1 }", "model_max_length")]
    public void Broken_folders_are_refused_with_file_and_reason(string file, string? content, string reason)
    {
        using var folder = new TemporaryFolder(Fixture);
        if (content is null)
            File.Delete(Path.Combine(folder.Path, file));
        else
            folder.Write(file, content);
        var refused = Assert.Throws<ModelFormatException>(() => ClipTokenizer.Load(folder.Path));
        Assert.EndsWith(file, refused.File, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Merges_that_are_not_gzip_are_refused()
    {
        var refused = Assert.Throws<ModelFormatException>(() => ClipTokenizer.LoadOpenAiMerges(Path.Combine(Fixture, "merges.txt")));
        Assert.Contains("gzip", refused.Reason, StringComparison.Ordinal);
    }

    private static string RandomText(Random random)
    {
        string[] pieces = ["a", "cat", " ", "\t", "'s", "'", "''ll", "<|endoftext|>", "<|", "猫", "😀", "\u200d", "\u0301", "\ud800", "\udc00", "½", "_", "\0", "\u0130", "Σ", "ﬁ", "…", "ا", "\u2028", "9"];
        var text = new StringBuilder();
        for (var i = random.Next(40); i > 0; i--)
        {
            if (random.Next(2) == 0)
                text.Append(pieces[random.Next(pieces.Length)]);
            else
                text.Append((char)random.Next(0x10000));
        }

        return text.ToString();
    }

    private static ClipTokenizer OpenAi()
    {
        var file = RepositoryFiles.PathTo("..", "shared", "data", "clip", "bpe_simple_vocab_16e6.txt.gz");
        Assert.SkipUnless(File.Exists(file), "CLIP's merges are not beside the repository.");
        return ClipTokenizer.LoadOpenAiMerges(file);
    }

    /// <summary>A copy of a folder that the test may break.</summary>
    private sealed class TemporaryFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tokenizer-");

        public TemporaryFolder(string source)
        {
            foreach (var file in Directory.GetFiles(source))
                File.Copy(file, System.IO.Path.Combine(Path, System.IO.Path.GetFileName(file)));
        }

        public string Path => _folder.FullName;

        public void Write(string file, string content) => File.WriteAllText(System.IO.Path.Combine(Path, file), content);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
