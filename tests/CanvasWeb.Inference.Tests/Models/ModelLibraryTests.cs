using CanvasWeb.Inference.Commands;
using CanvasWeb.Inference.Models;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests.Models;

/// <summary>The library over real, tiny model folders.</summary>
public sealed class ModelLibraryTests : IDisposable
{
    private static readonly string Golden = RepositoryFiles.PathTo("tests", "golden", "models");

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> TextToImageModels =>
        ["canvas-mini-tiny", "kandinsky22-tiny", "karlo-tiny", "lcm-tiny", "sd-fp16-tiny", "sd15-tiny", "sd21-v-tiny", "sdxl-tiny"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(TextToImageModels))]
    public async Task Every_family_makes_a_picture_from_the_command_line(string model)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CommandHost { Output = output, Error = error, Time = TimeProvider.System, Models = Library() };

        var exitCode = await CommandLine.RunAsync(
            ["generate", "a cat", "--models", Golden, "--model", model, "--steps", "2", "--seed", "1", "--out", _folder["a.png"], "--previews", _folder["previews"], "--json"],
            host,
            TestContext.Current.CancellationToken);

        Assert.True(exitCode == ExitCode.Ok, error.ToString());
        Assert.True(new FileInfo(_folder["a.png"]).Length > 100);
        Assert.NotEmpty(Directory.GetFiles(_folder["previews"]));
    }

    [Fact]
    public async Task A_picture_is_the_start_of_another_from_the_command_line()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CommandHost { Output = output, Error = error, Time = TimeProvider.System, Models = Library() };
        string[] model = ["--models", Golden, "--model", "canvas-mini-tiny", "--steps", "4", "--seed", "1"];
        async Task Run(params string[] arguments)
        {
            var exitCode = await CommandLine.RunAsync([.. arguments, .. model], host, TestContext.Current.CancellationToken);
            Assert.True(exitCode == ExitCode.Ok, error.ToString());
        }

        await Run("generate", "a cat", "--out", _folder["start.png"]);
        await Run("generate", "a dog", "--image", _folder["start.png"], "--strength", "0.5", "--out", _folder["half.png"]);
        await Run("generate", "a dog", "--image", _folder["start.png"], "--strength", "1", "--out", _folder["whole.png"]);

        Assert.NotEqual(File.ReadAllBytes(_folder["half.png"]), File.ReadAllBytes(_folder["whole.png"]));
    }

    [Fact]
    public void All_golden_models_are_usable_and_promise_what_they_can_do()
    {
        var promised = Library().List(Golden, load: false, TestContext.Current.CancellationToken);
        var tried = Library().List(Golden, load: true, TestContext.Current.CancellationToken);

        Assert.Equal(Directory.GetFiles(Golden, "model_index.json", SearchOption.AllDirectories).Length, tried.Count);
        Assert.All(tried, model => Assert.Null(model.Refusal));
        Assert.All(tried, model => Assert.True(model.SizeBytes is > 1000 and < 1_000_000));
        foreach (var (promise, truth) in promised.Zip(tried))
            Assert.Equal(truth.Tasks, promise.Tasks);
    }

    [Fact]
    public void The_default_is_canvas_mini_where_there_is_one()
    {
        Copy("sd15-tiny", "first");
        Copy("canvas-mini-tiny", "canvas-mini");

        Assert.Equal("canvas-mini", Locate(name: null).Identity.Name);
    }

    [Fact]
    public void The_default_is_the_only_model_where_there_is_one()
    {
        Copy("sd15-tiny", "mine");

        Assert.Equal("mine", Locate(name: null).Identity.Name);
    }

    [Fact]
    public void Several_models_and_no_name_ask_the_person_to_choose()
    {
        Copy("sd15-tiny", "one");
        Copy("sd15-tiny", "two");

        var exception = Assert.Throws<CommandException>(() => Locate(name: null));

        Assert.Equal(ExitCode.Model, exception.ExitCode);
        Assert.Contains("one, two", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_models_says_where_was_looked_and_what_belongs_there()
    {
        var exception = Assert.Throws<CommandException>(() => Locate(name: null));

        Assert.Equal(ExitCode.Model, exception.ExitCode);
        Assert.StartsWith($"No models are in {_folder.Path}: put the folder of a model (model_index.json and its ONNX graphs", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("or name another place with --models or CANVASWEB_MODELS.", exception.Message, StringComparison.Ordinal);
        Assert.Equal(exception.Message, Library().WhatIsMissing(_folder.Path));
    }

    [Fact]
    public void No_models_folder_says_where_to_make_one()
    {
        var library = new ModelLibrary(variable: null, _folder.Path);

        var exception = Assert.Throws<CommandException>(() => library.Locate(new ModelChoice()));

        Assert.StartsWith($"No folder named models lies in {_folder.Path} or above it: make one", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_refused_models_point_to_the_list_of_reasons()
    {
        Copy("sd15-tiny", "broken");
        File.WriteAllText(_folder["broken/model_index.json"], "{");

        var exception = Assert.Throws<CommandException>(() => Locate(name: null));

        Assert.Equal($"None of the 1 in {_folder.Path} can be used: the verb `models` says why.", exception.Message);
    }

    [Fact]
    public void A_models_folder_that_is_not_there_is_named()
    {
        var exception = Assert.Throws<CommandException>(() => Library().List(_folder["no"], load: false, TestContext.Current.CancellationToken));

        Assert.Equal("models_folder_missing", exception.Code);
    }

    [Fact]
    public void The_hash_follows_the_content_and_not_the_name()
    {
        Copy("sd15-tiny", "one");
        Copy("sd15-tiny", "two");
        Copy("sd21-v-tiny", "three");

        Assert.Equal(Hash("one"), Hash("two"));
        Assert.NotEqual(Hash("one"), Hash("three"));
    }

    private LocatedModel Locate(string? name) => Library().Locate(new ModelChoice(name, _folder.Path));

    private string Hash(string name) => Locate(name).Identity.Reference(TestContext.Current.CancellationToken).Hash;

    private static ModelLibrary Library() => new(variable: null, AppContext.BaseDirectory);

    private void Copy(string model, string name)
    {
        var from = Path.Combine(Golden, model);
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(_folder[name], Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!); // A file's path has a folder.
            File.Copy(file, target);
        }
    }
}
