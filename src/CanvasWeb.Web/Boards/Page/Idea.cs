namespace CanvasWeb.Web.Boards.Page;

/// <summary>A prompt that the default model does well, with what it made of it. The pictures are real runs at seed 3; see img/README.md.</summary>
/// <param name="Image">Below wwwroot.</param>
internal sealed record Idea(string Prompt, string Image)
{
    /// <summary>English whatever the page's language: it is the only one that the default model reads.</summary>
    public static IReadOnlyList<Idea> All { get; } =
    [
        new("the sea at sunset", "img/ideas/the-sea-at-sunset.webp"),
        new("a blue sphere on the beach", "img/ideas/a-blue-sphere-on-the-beach.webp"),
        new("a teal cylinder in the snow", "img/ideas/a-teal-cylinder-in-the-snow.webp"),
        new("a star in the snow at night", "img/ideas/a-star-in-the-snow-at-night.webp"),
        new("a large purple sphere", "img/ideas/a-large-purple-sphere.webp"),
        new("an orange pyramid in the desert", "img/ideas/an-orange-pyramid-in-the-desert.webp"),
        new("the sea at sunrise", "img/ideas/the-sea-at-sunrise.webp"),
        new("a red apple on the beach", "img/ideas/a-red-apple-on-the-beach.webp"),
        new("a yellow ball on a blue cube", "img/ideas/a-yellow-ball-on-a-blue-cube.webp"),
        new("a red cube on a green cube", "img/ideas/a-red-cube-on-a-green-cube.webp"),
        new("a sunflower in a field", "img/ideas/a-sunflower-in-a-field.webp"),
        new("mountains at sunrise", "img/ideas/mountains-at-sunrise.webp"),
    ];
}
