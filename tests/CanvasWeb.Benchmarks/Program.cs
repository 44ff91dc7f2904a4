using System.CommandLine;
using CanvasWeb.Benchmarks.Seams;

var root = new RootCommand("Measurements of CanvasWeb that are not tests.") { SeamsCommand.Create() };
return await root.Parse(args).InvokeAsync();
