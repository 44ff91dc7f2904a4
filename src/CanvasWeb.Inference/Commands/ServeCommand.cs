using System.CommandLine;
using CanvasWeb.Inference.Worker;

namespace CanvasWeb.Inference.Commands;

/// <summary><c>serve --site URL --key-file FILE</c>: works for a site until it is stopped.</summary>
internal static class ServeCommand
{
    public static Command Create(CommandHost host)
    {
        var site = new Option<string>("--site") { Description = "Address of the site, such as http://localhost:5080.", HelpName = "URL", Required = true };
        var keyFile = new Option<string>("--key-file") { Description = "File that holds the site's Inference:Key.", HelpName = "FILE", Required = true };
        var loaded = new Option<int>("--loaded-models") { Description = "Models that stay loaded at a time, 1 to 16.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var endWithInput = new Option<bool>("--end-with-input") { Description = "End when standard input closes: for a parent process that may die." };
        var shared = new SharedOptions();
        var command = new Command("serve", "Makes pictures for a site: waits for its jobs, streams previews, brings the results up.") { site, keyFile, loaded, endWithInput };
        shared.AddModelsFolderTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new WorkerOptions(
                Checked(parsed.GetRequiredValue(site)), ReadKey(parsed.GetRequiredValue(keyFile)), shared.ReadModelsFolder(parsed), Math.Clamp(parsed.GetValue(loaded), 1, 16), parsed.GetValue(endWithInput));
            return (int)await RunAsync(host, options, cancellationToken);
        });
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandHost host, WorkerOptions options, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (options.EndWithInput)
            ParentWatch.Start(stop);
        using var worker = new InferenceWorker(options, host.Models, host.Time, host.Error.WriteLine);
        var reason = await worker.RunAsync(stop.Token);
        if (reason is null)
            return ExitCode.Ok;
        throw new CommandException(ExitCode.Usage, "worker_refused", reason);
    }

    private static Uri Checked(string site) => Uri.TryCreate(site, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https")
        ? uri
        : throw new CommandException(ExitCode.Usage, "bad_site", $"--site {site}: give the site's whole address, such as http://localhost:5080.");

    private static string ReadKey(string file)
    {
        try
        {
            var key = File.ReadAllText(file).Trim();
            return key.Length > 0 ? key : throw new CommandException(ExitCode.Usage, "key_empty", $"{file} is empty: put the site's Inference:Key into it.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, "key_unreadable", $"{file} cannot be read: put the site's Inference:Key into a file that this user may read.");
        }
    }
}
