using System.Globalization;
using System.Text;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Moderation.Prompts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tests.Moderation;

/// <summary>The built-in word lists, and the format. No database: the lists of files alone.</summary>
public sealed class PromptListsTests
{
    private static readonly PolicyLists s_lists = BuiltIn();
    private static readonly PolicyLists s_strict = BuiltIn(strict: true);

    [Theory]
    [InlineData("a fox in the snow")]
    [InlineData("Scunthorpe town hall, Penistone road, Middlesex county, Essex")]
    [InlineData("a bunch of grapes on a drape beside rapeseed, assassin, classic bass, cockpit, Dickens, shiitake")]
    [InlineData("a blue tit and a cock on a dunghill, analysis of titanium, Arsenal, circumstances")]
    [InlineData("nude study of a woman in charcoal, after Rodin")] // Grown-ups may be painted without clothes.
    [InlineData("children playing football on the beach")]
    [InlineData("pussy willow branches in a vase, cum laude diploma")]
    [InlineData("same-sex couple at their wedding")]
    [InlineData("gaming setup with two screens, infantry of 1812")]
    [InlineData("a 12 year old whisky on an oak table")]
    [InlineData("David Lynch among women, Judith beheading Holofernes, Baroque")]
    [InlineData("fromage râpé sur une table, champ d'orge, le baiser de Klimt")]
    [InlineData("un cavallo di Troia, un bambino con un aquilone")]
    [InlineData("crianças jogando pelada na praia")]
    [InlineData("红色情人节的玫瑰")]
    [InlineData("路口交通灯，男性交谈，异性交往，强暴风雨中的灯塔")]
    [InlineData("23岁的裸体模特")]
    [InlineData("1920x1080, 4k, mp3, h264, the 70s and 80s, J. R. R. Tolkien")]
    [InlineData("a girl with a kite, two boys on a naked bike, nude lipstick")]
    [InlineData("a girl at a nu metal concert, boys beside a naked tree")]
    [InlineData("suicide prevention poster, the Suicide Squad, I could kill myself laughing")]
    [InlineData("self-harm awareness week, how to kill time in the garden")]
    [InlineData("une fille pieds nus sur la plage, un enfant tête nue")]
    [InlineData("comment se tient une fille, se tuer au travail")]
    [InlineData("una ragazza a piedi nudi, stelle a occhio nudo")]
    [InlineData("come si uccide il drago, un ragazzo con il cane")]
    [InlineData("uma garota de pés nus, um menino, estrelas a olho nu")]
    [InlineData("como matar a sede, como se mata um dragão")]
    [InlineData("少女为女性感动的画面")]
    [InlineData("女孩喜欢有弹性感的沙发")]
    [InlineData("预防自杀的方法海报")]
    [InlineData("the sexy curves of a red sports car")]
    [InlineData("")]
    [InlineData("   \u200b \ud83d\ude00 !!! ")]
    public void What_is_harmless_is_not_refused(string prompt) => Assert.Equal(PromptVerdict.Fine, s_lists.Check(prompt));

    [Theory]
    [InlineData("hardcore porn", "sexual", "porn")]
    [InlineData("HARDCORE PORNOGRAPHY!", "sexual", "PORNOGRAPHY")]
    [InlineData("fotografia pornográfica", "sexual", "pornográfica")]
    [InlineData("sesso esplicito sul divano", "sexual", "sesso esplicito")]
    [InlineData("scène de sexe", "sexual", "scène de sexe")]
    [InlineData("一张色情照片", "sexual", "色情")]
    [InlineData("decapitated head", "gore", "decapitated")]
    [InlineData("uomo sgozzato", "gore", "sgozzato")]
    [InlineData("heil  Hitler", "hate", "heil  Hitler")]
    [InlineData("death to all the Jews", "hate", "death to")]
    [InlineData("mort aux juifs", "hate", "mort aux")]
    [InlineData("a naked little girl", "minors", "little girl")]
    [InlineData("sexy schoolgirl", "minors", "schoolgirl")]
    [InlineData("13 year old girl, nude", "minors", "13 year old")]
    [InlineData("menina de 12 anos nua", "minors", "menina")]
    [InlineData("une fillette nue", "minors", "fillette")]
    [InlineData("bambina nuda", "minors", "bambina")]
    [InlineData("13岁的裸体女孩", "minors", "13岁")]
    [InlineData("a sexy girl", "minors", "girl")]
    [InlineData("sexy boys", "minors", "boys")]
    [InlineData("une fille sexy", "minors", "fille")]
    [InlineData("una ragazza sexy", "minors", "ragazza")]
    [InlineData("uma garota sensual", "minors", "garota")]
    [InlineData("性感女孩", "minors", "女孩")]
    [InlineData("how to kill myself", "self-harm", "kill myself")]
    [InlineData("suicide methods", "self-harm", "suicide methods")]
    [InlineData("comment me tuer", "self-harm", "comment me tuer")]
    [InlineData("come uccidermi", "self-harm", "come uccidermi")]
    [InlineData("como me matar", "self-harm", "como me matar")]
    [InlineData("如何自杀", "self-harm", "如何自杀")]
    [InlineData("怎麼自殺", "self-harm", "怎麼自殺")]
    [InlineData("suprematisti bianchi", "hate", "suprematisti bianchi")]
    [InlineData("supremacistas brancos", "hate", "supremacistas brancos")]
    [InlineData("nude menina", "minors", "menina")] // Two languages in one prompt.
    public void What_is_meant_is_refused_and_named_as_it_was_typed(string prompt, string category, string word)
    {
        var verdict = s_lists.Check(prompt);

        Assert.Equal(category, verdict.Category);
        Assert.Contains(word, verdict.Words);
    }

    [Theory]
    [InlineData("p0rn")]
    [InlineData("P O R N")]
    [InlineData("p.o.r.n")]
    [InlineData("p-o-r-n photo")]
    [InlineData("pooooorn")]
    [InlineData("p\u200bo\u200dr\u00adn")]
    [InlineData("ｐｏｒｎ")]
    [InlineData("𝓅𝑜𝓇𝓃")]
    [InlineData("pörn")]
    [InlineData("рогn")] // Cyrillic er, o, ge.
    [InlineData("$ex scene")]
    [InlineData("s3x")]
    [InlineData("d1ldo")]
    [InlineData("dild0")]
    [InlineData("v4gina")]
    [InlineData("色 情")]
    [InlineData("色.情 照片")]
    [InlineData("看porn片")]
    public void Usual_disguises_do_not_help(string prompt) => Assert.Equal("sexual", s_lists.Check(prompt).Category);

    [Fact]
    public void Minors_come_before_all_else_whatever_else_is_in_the_prompt() =>
        Assert.Equal("minors", s_lists.Check("porn, decapitated, heil hitler, a child").Category);

    /// <summary>By steps and not by a clock: a slow machine must not fail it, and a quadratic reading must.</summary>
    [Fact]
    public void Reading_takes_steps_in_proportion_to_the_text_whatever_stands_in_it()
    {
        var seed = Environment.GetEnvironmentVariable("CANVAS_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : 20_261_122;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        string[] pieces = ["nu ", "cum laude ", "a", "p o r n ", "naked mole rat ", "色情", "红色情人", "child", "1", "!", "sexsexsex", "\u0301", "ooooo", " ", "porn", "{", "𝓅", "\ud83d", "x x x "];
        foreach (var length in (int[])[1_000, 10_000, 100_000])
        {
            for (var round = 0; round < 8; round++)
            {
                var text = new StringBuilder(length + 20);
                var few = random.GetItems(pieces, 1 + random.Next(4));
                while (text.Length < length)
                    text.Append(few[random.Next(few.Length)]);
                long steps = 0;
                s_lists.Check(text.ToString(), ref steps);

                // Four readings: each folds the text and goes over it with at most two steps a character, and a character ends a few patterns.
                Assert.True(steps <= 40L * text.Length, $"{steps} steps for {text.Length} characters of {string.Join('|', few)}");
            }
        }
    }

    [Fact]
    public void Random_texts_are_read_without_an_error_and_words_come_from_the_text()
    {
        var seed = Environment.GetEnvironmentVariable("CANVAS_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : 20_261_122;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 2_000; round++)
        {
            var text = new StringBuilder();
            for (var i = random.Next(30); i > 0; i--)
            {
                text.Append(random.Next(6) switch
                {
                    0 => (char)random.Next(0x20, 0x7F),
                    1 => (char)random.Next(0x80, 0x3000),
                    2 => (char)random.Next(0x4E00, 0x9FFF),
                    3 => (char)random.Next(0xD800, 0xE000), // Halves of pairs, mostly alone.
                    4 => ' ',
                    _ => "porn色情"[random.Next(6)],
                });
            }

            var typed = text.ToString();
            Assert.All(s_lists.Check(typed).Words, word => Assert.Contains(word, typed, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_line_that_cannot_be_read_is_told_with_its_place_and_the_others_count()
    {
        var (lines, problems) = PolicyFile.Read("own.txt", "before\n[Bad Name]\nx\n[own]\na\nbanana bread # no\n@young + @bare\n\n!banana bread pudding\n-apple");

        Assert.Equal(["own.txt:1", "own.txt:2", "own.txt:3", "own.txt:5"], problems.Select(static problem => problem[..9]));
        Assert.Equal([PolicyLineKind.Term, PolicyLineKind.Rule, PolicyLineKind.Except, PolicyLineKind.Remove], lines.Select(static line => line.Kind));
        Assert.Equal(["banana bread", "@young + @bare", "banana bread pudding", "apple"], lines.Select(static line => line.Text));
    }

    [Fact]
    public void A_folder_adds_lines_takes_lines_out_and_replaces_a_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "house.txt"), "[sexual]\n-dildo*\n[brands]\nmegacorp*\n");
        File.WriteAllText(Path.Combine(folder.Path, "zh.txt"), "[brands]\n巨头公司\n");
        var lists = BuiltIn(folder.Path);

        Assert.Equal(PromptVerdict.Fine, lists.Check("a dildo"));
        Assert.Equal("brands", lists.Check("the MegaCorporation tower").Category);
        Assert.Equal("brands", lists.Check("一座巨头公司的塔").Category);
        Assert.Equal(PromptVerdict.Fine, lists.Check("色情"));
        Assert.Equal("sexual", lists.Check("porn").Category);
    }

    [Theory]
    [InlineData("a naked woman", "nudity")]
    [InlineData("une femme nue", "nudity")]
    [InlineData("a gun in a classroom", "weapons")]
    [InlineData("un fusil", "weapons")]
    [InlineData("una pistola", "weapons")]
    [InlineData("uma espingarda", "weapons")]
    [InlineData("一把手枪", "weapons")]
    [InlineData("smoking weed", "drugs")]
    [InlineData("trafic de drogue", "drugs")]
    [InlineData("spacciatore", "drugs")]
    [InlineData("maconha", "drugs")]
    [InlineData("毒品", "drugs")]
    public void The_strict_list_counts_only_where_it_is_switched_on(string prompt, string category)
    {
        Assert.Equal(PromptVerdict.Fine, s_lists.Check(prompt));
        Assert.Equal(category, s_strict.Check(prompt).Category);
    }

    [Theory]
    [InlineData("a glue gun, water pistols, a heroine with a sword")]
    [InlineData("une héroïne avec un pistolet à eau, une fille pieds nus")]
    [InlineData("un'eroina con una pistola ad acqua, stelle a occhio nudo")]
    [InlineData("uma heroína, uma pistola de água, uma bomba de gasolina")]
    [InlineData("遇到大麻烦的大麻雀")]
    public void The_strict_list_spares_what_is_harmless(string prompt) => Assert.Equal(PromptVerdict.Fine, s_strict.Check(prompt));

    [Fact]
    public void Every_built_in_line_can_be_read()
    {
        Assert.Empty(s_strict.Problems);
        Assert.Equal(["minors", "sexual", "gore", "hate", "self-harm"], s_lists.Categories);
        foreach (var line in s_strict.Lines.Where(static line => line.Kind == PolicyLineKind.Term && !line.Section.StartsWith('@')))
        {
            // Every term of a category refuses itself; the exceptions are no wider than they should be.
            var term = line.Text.Replace("{1-17}", "9", StringComparison.Ordinal).TrimEnd('*');
            Assert.True(s_strict.Check(term).IsRefused, $"{line.Source}:{line.Number} {line.Text}");
        }
    }

    private static PolicyLists BuiltIn(string folder = "", bool strict = false) =>
        new PromptPolicy(new NoDatabase(), Options.Create(new ModerationOptions { ListsFolder = folder, Strict = strict }), NullLogger<PromptPolicy>.Instance).Lists;

    private sealed class NoDatabase : IDbContextFactory<AppDbContext>
    {
        public AppDbContext CreateDbContext() => throw new InvalidOperationException("These tests read files alone.");
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("canvasweb-lists-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
