using CanvasWeb.Inference.Benchmarks.Quality;

namespace CanvasWeb.Inference.Tests.Benchmarks;

/// <summary>Against numbers worked out by hand.</summary>
public sealed class EstimateTests
{
    [Fact]
    public void Seeds_of_a_prompt_count_as_one_sample()
    {
        // Means of the prompts: 0.5, 1, 0. Their mean is 0.5; squares of the deviations 0, 0.25, 0.25; variance 0.25; error sqrt(0.25 / 3).
        var estimate = Estimate.OverPrompts([("a", 0), ("a", 1), ("b", 1), ("b", 1), ("c", 0), ("c", 0)]);

        Assert.Equal(0.5, estimate.Value, 1e-12);
        Assert.Equal(0.28867513459, estimate.Error!.Value, 1e-9);
        Assert.Equal(6, estimate.Count);
    }

    [Fact]
    public void A_prompt_with_more_pictures_weighs_no_more() =>
        Assert.Equal(0.5, Estimate.OverPrompts([("a", 1), ("a", 1), ("a", 1), ("b", 0)]).Value, 1e-12);

    [Fact]
    public void One_prompt_tells_no_error() => Assert.Null(Estimate.OverPrompts([("a", 0), ("a", 1)]).Error);

    [Fact]
    public void A_ratio_of_pairs_is_that_of_the_means_and_its_error_that_of_what_is_left()
    {
        // Above 1, 0, 1; below 1, 1, 1: ratio 2/3. Residues 1/3, -2/3, 1/3; squares 6/9; over 2 and 3: 1/9; root 1/3; over the mean 1.
        var ratio = Estimate.PairedRatio([("a", 1), ("b", 0), ("c", 1)], [("a", 1), ("b", 1), ("c", 1)]);

        Assert.Equal(2 / 3.0, ratio.Value, 1e-12);
        Assert.Equal(1 / 3.0, ratio.Error!.Value, 1e-12);
    }

    [Fact]
    public void Pairs_that_move_together_have_no_error()
    {
        var ratio = Estimate.PairedRatio([("a", 1), ("b", 2), ("c", 4)], [("a", 2), ("b", 4), ("c", 8)]);

        Assert.Equal(0.5, ratio.Value, 1e-12);
        Assert.Equal(0, ratio.Error!.Value, 1e-12);
    }

    [Fact]
    public void What_has_no_partner_is_left_out()
    {
        Assert.Equal(1, Estimate.PairedRatio([("a", 1), ("stranger", 100)], [("a", 1)]).Value, 1e-12);
        Assert.Equal(double.NaN, Estimate.PairedRatio([("stranger", 1)], [("a", 1)]).Value);
    }

    [Fact]
    public void Relative_errors_of_a_ratio_add_in_squares()
    {
        // 0.3 and 0.4 relative: 0.5 of 2.
        var ratio = Estimate.Ratio(new Estimate(1, 0.3, 10), new Estimate(0.5, 0.2, 20));

        Assert.Equal(2, ratio.Value, 1e-12);
        Assert.Equal(1, ratio.Error!.Value, 1e-12);
    }

    [Fact]
    public void Several_count_the_same_whatever_their_numbers()
    {
        var mean = Estimate.Mean(new Estimate(1, 0.3, 1000), new Estimate(0, 0.4, 10));

        Assert.Equal(0.5, mean.Value, 1e-12);
        Assert.Equal(0.25, mean.Error!.Value, 1e-12);
    }

    [Fact]
    public void A_median_is_not_moved_by_one_stray() => Assert.Equal(2, Estimate.Median([1, 2, 900]).Value);
}
