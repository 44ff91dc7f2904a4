using CanvasWeb.Inference.Benchmarks.Quality;

namespace CanvasWeb.Inference.Tests.Benchmarks;

public sealed class RetrievalTests
{
    [Fact]
    public void Pictures_that_are_their_captions_find_them_all_and_no_other()
    {
        var embeddings = Axes(64);

        Assert.All(Retrieval.AmongGroup(embeddings, embeddings), Assert.True);
        Assert.All(Retrieval.AmongGroup(embeddings, embeddings, shift: 3), Assert.False);
    }

    [Fact]
    public void Two_pictures_that_changed_places_are_the_two_that_are_not_found()
    {
        var pictures = Axes(32);
        (pictures[4], pictures[9]) = (pictures[9], pictures[4]);

        var found = Retrieval.AmongGroup(pictures, Axes(32));

        Assert.Equal([4, 9], found.Index().Where(item => !item.Item).Select(item => item.Index));
    }

    [Fact]
    public void Only_captions_of_the_own_group_compete()
    {
        // Caption 40 is the better one for picture 0, and it stands in the second group.
        var captions = Axes(64);
        var pictures = Axes(64);
        pictures[0] = [.. pictures[0].Zip(captions[40], (a, b) => a + (2 * b))];

        Assert.All(Retrieval.AmongGroup(pictures, captions), Assert.True);
    }

    [Fact]
    public void A_group_that_is_not_full_is_left_out() => Assert.Equal(32, Retrieval.AmongGroup(Axes(63), Axes(63)).Count);

    [Fact]
    public void Length_does_not_matter_to_a_cosine()
    {
        Assert.Equal(0.6, Retrieval.Cosine([10, 0], [3, 4]), 1e-9);
        Assert.Equal(-1, Retrieval.Cosine([1, 2], [-2, -4]), 1e-9);
    }

    private static float[][] Axes(int count) => [.. Enumerable.Range(0, count).Select(k => Enumerable.Range(0, count).Select(i => i == k ? 1f : 0.01f).ToArray())];
}
