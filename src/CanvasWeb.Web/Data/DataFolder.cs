using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Data;

/// <summary>The folder of the database, blobs and keys, made on first use and readable by its owner alone.</summary>
internal sealed class DataFolder
{
    public DataFolder(IOptions<DataOptions> options, IHostEnvironment environment)
    {
        // In a checkout the data lies at its top, wherever the site was started from; a published site keeps it beside its files.
        var root = environment.ContentRootPath;
        for (var folder = new DirectoryInfo(root); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "CanvasWeb.sln")))
                root = folder.FullName;
        }

        Path = System.IO.Path.GetFullPath(options.Value.Folder, root);
        Directory.CreateDirectory(Path);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Path { get; }

    /// <summary>A folder inside, made if it is missing.</summary>
    public string Subfolder(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;
}
