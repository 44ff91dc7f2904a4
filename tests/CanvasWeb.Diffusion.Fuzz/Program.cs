using System.Globalization;
using CanvasWeb.Diffusion.Fuzz;
using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Tensors;

// FOLDER SEED FIRST COUNT: loads COUNT damaged copies of the .onnx files in FOLDER, runs those that load, and prints what became of them.
// Before each one its number is printed, so that whoever reads the output knows which one ended the process.
if (args.Length != 4)
{
    Console.Error.WriteLine("Use: FOLDER SEED FIRST COUNT");
    return 2;
}

int Number(int index) => int.Parse(args[index], CultureInfo.InvariantCulture);
var (seed, first, count) = (Number(1), Number(2), Number(3));
var options = new OnnxModelOptions { Provider = ExecutionProvider.Cpu, IntraOpThreads = 1, MaxFileBytes = 1 << 20, MaxWeightBytes = 1 << 26 };

// Only sound files are worth damaging: the others are refused for what they are.
var corpus = Directory.EnumerateFiles(args[0], "*.onnx").Order(StringComparer.Ordinal).Where(IsSound).Select(File.ReadAllBytes).ToList();
var (refused, failed, ran) = (0, 0, 0);
var folder = Directory.CreateTempSubdirectory("canvasweb-fuzz-");
try
{
    var file = Path.Combine(folder.FullName, "model.onnx");
    for (var i = first; i < first + count; i++)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"try {i}"));
        File.WriteAllBytes(file, Mutation.Apply(corpus, new Random(unchecked(seed * 1_000_003 + i))));
        try
        {
            using var model = OnnxModel.Load(file, options, CancellationToken.None);
            Run(model);
            ran++;
        }
        catch (ModelFormatException exception) when (exception.Reason.Length > 0)
        {
            refused++;
        }
        catch (Exception exception) when (exception is OnnxModelException or OperationCanceledException)
        {
            failed++;
        }
    }
}
finally
{
    folder.Delete(recursive: true);
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"done refused={refused} failed={failed} ran={ran} peak={Environment.WorkingSet >> 20}"));
return 0;

bool IsSound(string file)
{
    try
    {
        OnnxModel.Load(file, options, CancellationToken.None).Dispose();
        return true;
    }
    catch (ModelFormatException)
    {
        return false;
    }
}

// Free dimensions become 2. A graph that loads after it was damaged must fail or run, and stop when it does not end.
static void Run(OnnxModel model)
{
    const int MaxLength = 1 << 20;
    Dictionary<string, Tensor>? Tensors(IEnumerable<OnnxPort> ports, List<Tensor> owned)
    {
        var result = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var port in ports)
        {
            var shape = port.Dimensions.Select(size => size < 0 ? 2 : size).ToArray();
            if (port.Type == OnnxElementType.Unsupported || shape.Contains(0) || shape.Aggregate(1d, (product, size) => product * size) > MaxLength)
                return null;
            owned.Add(new Tensor(shape));
            result.Add(port.Name, owned[^1]);
        }

        return result;
    }

    var owned = new List<Tensor>();
    try
    {
        if (Tensors(model.Inputs.Values, owned) is { } inputs && Tensors(model.Outputs.Values, owned) is { Count: > 0 } outputs)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            model.RunOnce(inputs, outputs, stop.Token);
        }
    }
    finally
    {
        owned.ForEach(tensor => tensor.Dispose());
    }
}
