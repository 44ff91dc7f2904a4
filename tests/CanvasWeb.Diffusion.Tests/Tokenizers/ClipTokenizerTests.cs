using CanvasWeb.Diffusion.Tokenizers;

namespace CanvasWeb.Diffusion.Tests.Tokenizers;

public sealed class ClipTokenizerTests
{
    private static string Root { get; } = FindRoot();

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
        Assert.All(prompt.Ids[prompt.TokenCount..], id => Assert.Equal(tokenizer.PadId, id));
    }

    private static ClipTokenizer OpenAi()
    {
        var file = Path.Combine(Root, "../shared/data/clip/bpe_simple_vocab_16e6.txt.gz");
        Assert.SkipUnless(File.Exists(file), "CLIP's merges are not beside the repository.");
        return ClipTokenizer.LoadOpenAiMerges(file);
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "CanvasWeb.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
