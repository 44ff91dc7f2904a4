using CanvasWeb.Diffusion.Onnx;

namespace CanvasWeb.Diffusion.Tests.Onnx;

public sealed class ElementConversionTests
{
    [Fact]
    public void Every_half_becomes_its_float_and_comes_back()
    {
        var halves = Enumerable.Range(0, 65536).Select(bits => (ushort)bits).ToArray();
        var floats = new float[65536];
        ElementConversion.FromHalf(halves, floats);
        var back = new ushort[65536];
        ElementConversion.ToHalf(floats, back);
        for (var i = 0; i < 65536; i++)
        {
            var half = BitConverter.UInt16BitsToHalf((ushort)i);
            if (Half.IsNaN(half))
            {
                Assert.True(float.IsNaN(floats[i]) && Half.IsNaN(BitConverter.UInt16BitsToHalf(back[i])));
                continue;
            }

            Assert.Equal(BitConverter.SingleToUInt32Bits((float)half), BitConverter.SingleToUInt32Bits(floats[i]));
            Assert.Equal((ushort)i, back[i]);
        }
    }

    [Fact]
    public void Floats_round_to_halves_as_the_runtime_rounds_them()
    {
        // Every float between and beside neighbouring halves, ties included, and a million others of all magnitudes.
        var random = new Random(5);
        var floats = Enumerable.Range(0, 1 << 20).Select(_ => BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32)))
            .Concat(Enumerable.Range(0, 0x7C00).SelectMany(i =>
            {
                var middle = ((double)BitConverter.UInt16BitsToHalf((ushort)i) + (double)(i == 0x7BFF ? 65536 : (double)BitConverter.UInt16BitsToHalf((ushort)(i + 1)))) / 2;
                return new[] { (float)middle, MathF.BitIncrement((float)middle), MathF.BitDecrement((float)middle), -(float)middle };
            }))
            .Concat([0f, -0f, float.Epsilon, float.MaxValue, float.PositiveInfinity, float.NegativeInfinity, 65519.996f, 65520f])
            .Where(value => !float.IsNaN(value)).ToArray();
        var halves = new ushort[floats.Length];
        ElementConversion.ToHalf(floats, halves);
        for (var i = 0; i < floats.Length; i++)
            Assert.True(BitConverter.HalfToUInt16Bits((Half)floats[i]) == halves[i], FormattableString.Invariant($"{floats[i]:R}"));
    }
}
