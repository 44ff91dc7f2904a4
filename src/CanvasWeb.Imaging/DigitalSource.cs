namespace CanvasWeb.Imaging;

/// <summary>How a picture came about, as IPTC names it (NewsCodes "Digital Source Type").</summary>
public enum DigitalSource
{
    /// <summary>Made by a trained model alone.</summary>
    TrainedAlgorithmicMedia,

    /// <summary>Something else too: an edited photograph, or several things put together.</summary>
    CompositeWithTrainedAlgorithmicMedia,
}
