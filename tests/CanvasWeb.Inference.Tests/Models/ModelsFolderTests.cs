using CanvasWeb.Inference.Models;

namespace CanvasWeb.Inference.Tests.Models;

public sealed class ModelsFolderTests
{
    [Fact]
    public void What_was_asked_for_goes_before_the_variable() => Assert.Equal("asked", ModelsFolder.Find("asked", "variable", "/nowhere"));

    [Fact]
    public void The_variable_goes_before_the_search() => Assert.Equal("variable", ModelsFolder.Find(null, "variable", "/nowhere"));

    [Fact]
    public void Models_beside_the_program_are_found()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["models"]);

        Assert.Equal(folder["models"], ModelsFolder.Find(null, "", folder.Path));
    }

    [Fact]
    public void Models_of_the_repository_around_the_program_are_found()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["CanvasWeb.sln"], "");
        Directory.CreateDirectory(folder["models"]);
        var program = Directory.CreateDirectory(folder["src/bin/Release"]).FullName;

        Assert.Equal(folder["models"], ModelsFolder.Find(null, null, program));
    }

    [Fact]
    public void A_models_folder_of_somebody_else_further_up_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["models"]);
        var program = Directory.CreateDirectory(folder["program"]).FullName;

        Assert.Null(ModelsFolder.Find(null, null, program));
    }
}
