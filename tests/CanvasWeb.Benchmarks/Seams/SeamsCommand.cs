using System.CommandLine;
using System.Globalization;
using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;
using CanvasWeb.Testing;

namespace CanvasWeb.Benchmarks.Seams;

/// <summary><c>seams</c>: how visible the borders of in- and outpainted pictures are, over fixed real scenes; a table and two contact sheets.</summary>
internal static class SeamsCommand
{
    private const int SheetRows = 8;

    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "A model folder.", DefaultValueFactory = _ => RepositoryFiles.PathTo("models", "canvas-mini") };
        var count = new Option<int>("--scenes") { Description = "How many of the scenes.", DefaultValueFactory = _ => 24 };
        var steps = new Option<int?>("--steps") { Description = "Denoising steps; the model's default when not given." };
        var threads = new Option<int>("--threads") { Description = "Threads of ONNX Runtime; 0 for one per core.", DefaultValueFactory = _ => 0 };
        var sheets = new Option<string>("--sheets") { Description = "Folder for the contact sheets.", DefaultValueFactory = _ => RepositoryFiles.PathTo("artifacts", "seams") };
        var check = new Option<bool>("--check") { Description = "End with exit code 1 when a bar is missed, and say which." };
        count.Validators.Add(result =>
        {
            if (int.TryParse(result.Tokens is [var token] ? token.Value : "1", CultureInfo.InvariantCulture, out var scenes) && scenes < 1)
                result.AddError("--scenes must be at least 1: a score over no scene would always be good.");
        });
        var command = new Command("seams", "Seam scores of in- and outpainting, as an ablation.") { model, count, steps, threads, sheets, check };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(
            parsed.GetRequiredValue(model), parsed.GetValue(count), parsed.GetValue(steps), parsed.GetValue(threads), parsed.GetRequiredValue(sheets), parsed.GetValue(check), cancellationToken)));
        return command;
    }

    private static int Run(string model, int count, int? steps, int threads, string sheets, bool check, CancellationToken cancellationToken)
    {
        var folder = ModelFolder.Open(model);
        if (!folder.IsModel)
        {
            Console.Error.WriteLine(folder.Refusal.ToString());
            return 1;
        }

        using var pipeline = PipelineFactory.Load(folder.Manifest, new OnnxModelOptions { IntraOpThreads = threads, AllowSpinning = false }, null, cancellationToken);
        var scenes = SeamScene.Load(RepositoryFiles.PathTo("tests", "golden", "scenes"), count);
        using var memo = new MemoPipeline(pipeline);
        var ablation = new SeamAblation(memo, steps);
        var shown = scenes.Take(SheetRows).ToDictionary(s => s, s => (In: new List<PixelImage> { Marked(s) }, Out: new List<PixelImage> { s.Continued }));
        Console.WriteLine("| variant | inpaint, border | inpaint, 8 px | outpaint, border | outpaint, 8 px | inpaint, detail | outpaint, detail | bytes changed outside |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        var rows = new List<SeamRow>();
        foreach (var variant in SeamVariant.All)
        {
            var row = ablation.Run(variant, scenes, Show, cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {row.Variant} | {row.InpaintBorder:F2} | {row.InpaintNear:F2} | {row.OutpaintBorder:F2} | {row.OutpaintNear:F2} | {row.InpaintDetail:F2} | {row.OutpaintDetail:F2} | {row.ChangedOutside} |"));
            rows.Add(row);
        }

        Save("inpaint.png", shown.Values.Select(v => v.In));
        Save("outpaint.png", shown.Values.Select(v => v.Out));
        if (!check)
            return 0;
        var missed = SeamBars.Missed(rows);
        foreach (var sentence in missed)
            Console.Error.WriteLine(sentence);
        return missed.Count == 0 ? 0 : 1;

        void Show(SeamScene scene, PixelImage painted, PixelImage wider)
        {
            if (!shown.TryGetValue(scene, out var lists))
                return;
            lists.In.Add(painted);
            lists.Out.Add(wider);
        }

        void Save(string name, IEnumerable<List<PixelImage>> rows)
        {
            var sheet = new ContactSheet();
            foreach (var row in rows)
            {
                sheet.NewRow();
                row.ForEach(sheet.Add);
            }

            var file = Path.Combine(sheets, name);
            sheet.Save(file);
            Console.WriteLine($"Contact sheet: {Path.GetRelativePath(RepositoryFiles.Root, file)} (first column: the real picture; then the variants in the table's order)");
        }
    }

    /// <summary>The scene with what is painted half covered in red.</summary>
    private static PixelImage Marked(SeamScene scene)
    {
        var marked = new PixelImage(scene.Picture.Width, scene.Picture.Height, (byte[])scene.Picture.Rgba.Clone());
        for (var i = 0; i < scene.Mask.Values.Length; i++)
        {
            if (scene.Mask.Values[i] > 0)
                marked.Rgba[i * 4] = (byte)((marked.Rgba[i * 4] + 255) / 2);
        }

        return marked;
    }
}
