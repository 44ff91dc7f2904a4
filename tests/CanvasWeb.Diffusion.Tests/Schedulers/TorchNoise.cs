namespace CanvasWeb.Diffusion.Tests.Schedulers;

/// <summary>
/// PyTorch's CPU normal draws for a seed (<c>torch.manual_seed(s)</c>, <c>torch.randn</c> of 16 or more float32 values): MT19937 (Matsumoto
/// and Nishimura 1998) and Box–Muller over blocks of 16. Only for meeting values that diffusers published with such noise.
/// </summary>
internal sealed class TorchNoise
{
    private const int N = 624;
    private readonly uint[] _state = new uint[N];
    private int _index = N;

    public TorchNoise(uint seed)
    {
        _state[0] = seed;
        for (var i = 1u; i < N; i++)
            _state[i] = (1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30))) + i;
    }

    /// <summary>The next draws; the length must be a multiple of 16.</summary>
    public float[] Draw(int length)
    {
        Assert.Equal(0, length % 16);
        var values = new float[length];
        for (var i = 0; i < length; i++)
            values[i] = (Next() & 0xFFFFFF) * (1f / (1 << 24));
        for (var block = 0; block < length; block += 16)
        {
            for (var i = block; i < block + 8; i++)
            {
                var radius = MathF.Sqrt(-2f * MathF.Log(1f - values[i]));
                var angle = 2f * MathF.PI * values[i + 8];
                (values[i], values[i + 8]) = (radius * MathF.Cos(angle), radius * MathF.Sin(angle));
            }
        }

        return values;
    }

    private uint Next()
    {
        if (_index == N)
        {
            for (var i = 0; i < N; i++)
            {
                var y = (_state[i] & 0x80000000) | (_state[(i + 1) % N] & 0x7FFFFFFF);
                _state[i] = _state[(i + 397) % N] ^ (y >> 1) ^ ((y & 1) != 0 ? 0x9908B0DF : 0);
            }

            _index = 0;
        }

        var x = _state[_index++];
        x ^= x >> 11;
        x ^= (x << 7) & 0x9D2C5680;
        x ^= (x << 15) & 0xEFC60000;
        return x ^ (x >> 18);
    }
}
