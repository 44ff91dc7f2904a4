using System.Numerics;
using System.Runtime.Intrinsics;

namespace CanvasWeb.Diffusion.Onnx;

/// <summary>Between float32 and the element types of graphs. float16 is done sixteen values at a time: latents pass through it at every step.</summary>
internal static unsafe class ElementConversion
{
    /// <summary>Converts into a buffer of as many elements.</summary>
    /// <returns>-1, or the first position whose value an integer type cannot hold exactly (a fraction, too large, NaN).</returns>
    public static int FromFloat32(ReadOnlySpan<float> source, void* destination, OnnxElementType type) => type switch
    {
        OnnxElementType.Float16 => ToHalf(source, new Span<ushort>(destination, source.Length)),
        OnnxElementType.BFloat16 => ToBFloat16(source, new Span<ushort>(destination, source.Length)),
        OnnxElementType.Float64 => ToFloat64(source, new Span<double>(destination, source.Length)),
        OnnxElementType.Int64 => ToInteger(source, new Span<long>(destination, source.Length)),
        OnnxElementType.Int32 => ToInteger(source, new Span<int>(destination, source.Length)),
        OnnxElementType.Int8 => ToInteger(source, new Span<sbyte>(destination, source.Length)),
        OnnxElementType.UInt8 => ToInteger(source, new Span<byte>(destination, source.Length)),
        OnnxElementType.Bool => ToBool(source, new Span<byte>(destination, source.Length)),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not converted."),
    };

    public static void ToFloat32(void* source, Span<float> destination, OnnxElementType type)
    {
        switch (type)
        {
            case OnnxElementType.Float16:
                FromHalf(new ReadOnlySpan<ushort>(source, destination.Length), destination);
                break;
            case OnnxElementType.BFloat16:
                var brain = new ReadOnlySpan<ushort>(source, destination.Length);
                for (var i = 0; i < destination.Length; i++)
                    destination[i] = BitConverter.UInt32BitsToSingle((uint)brain[i] << 16);
                break;
            case OnnxElementType.Float64:
                Widen(new ReadOnlySpan<double>(source, destination.Length), destination);
                break;
            case OnnxElementType.Int64:
                Widen(new ReadOnlySpan<long>(source, destination.Length), destination);
                break;
            case OnnxElementType.Int32:
                Widen(new ReadOnlySpan<int>(source, destination.Length), destination);
                break;
            case OnnxElementType.Int8:
                Widen(new ReadOnlySpan<sbyte>(source, destination.Length), destination);
                break;
            case OnnxElementType.UInt8:
                Widen(new ReadOnlySpan<byte>(source, destination.Length), destination);
                break;
            case OnnxElementType.Bool:
                var flags = new ReadOnlySpan<byte>(source, destination.Length);
                for (var i = 0; i < destination.Length; i++)
                    destination[i] = flags[i] != 0 ? 1f : 0f;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Not converted.");
        }
    }

    /// <summary>IEEE 754 binary16, round to nearest even, as <c>(Half)value</c> does it one by one.</summary>
    public static int ToHalf(ReadOnlySpan<float> source, Span<ushort> destination)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= source.Length - 16; i += 16)
            {
                var low = ToHalfBits(Vector256.Create(source.Slice(i, 8)));
                var high = ToHalfBits(Vector256.Create(source.Slice(i + 8, 8)));
                Vector256.Narrow(low, high).CopyTo(destination[i..]);
            }
        }

        for (; i < source.Length; i++)
            destination[i] = BitConverter.HalfToUInt16Bits((Half)source[i]);
        return -1;
    }

    public static void FromHalf(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= source.Length - 16; i += 16)
            {
                var (low, high) = Vector256.Widen(Vector256.Create(source.Slice(i, 16)));
                FromHalfBits(low).CopyTo(destination[i..]);
                FromHalfBits(high).CopyTo(destination[(i + 8)..]);
            }
        }

        for (; i < source.Length; i++)
            destination[i] = (float)BitConverter.UInt16BitsToHalf(source[i]);
    }

    /// <summary>
    /// The exponent is moved by integer arithmetic; rounding is the carry of an addition. Values below 2^-14 become subnormal halves by a
    /// float addition that aligns their bits, so that the processor rounds them.
    /// </summary>
    private static Vector256<uint> ToHalfBits(Vector256<float> value)
    {
        var bits = value.AsUInt32();
        var sign = bits & Vector256.Create(0x8000_0000u);
        var magnitude = bits ^ sign;

        // Normal: exponent bias 127 -> 15, half a unit of the last place minus one, plus the last bit that stays (ties to even).
        var odd = Vector256.ShiftRightLogical(magnitude, 13) & Vector256<uint>.One;
        var normal = Vector256.ShiftRightLogical(magnitude - Vector256.Create(112u << 23) + Vector256.Create(0xFFFu) + odd, 13);

        // Subnormal: adding 0.5 puts the value's bits at the end of the mantissa, in units of 2^-24.
        var subnormal = (magnitude.AsSingle() + Vector256.Create(0.5f)).AsUInt32() - Vector256.Create(126u << 23);

        // 65520 and above round to infinity; NaN stays NaN with the upper bits of its payload, made quiet.
        var nan = Vector256.ShiftRightLogical(magnitude, 13) & Vector256.Create(0x3FFu) | Vector256.Create(0x7E00u);
        var result = Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(113u << 23)), subnormal, normal);
        result = Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(0x477F_F000u)), Vector256.Create(0x7C00u), result);
        result = Vector256.ConditionalSelect(Vector256.GreaterThan(magnitude, Vector256.Create(0x7F80_0000u)), nan, result);
        return result | Vector256.ShiftRightLogical(sign, 16);
    }

    private static Vector256<float> FromHalfBits(Vector256<uint> half)
    {
        var sign = Vector256.ShiftLeft(half & Vector256.Create(0x8000u), 16);
        var magnitude = Vector256.ShiftLeft(half & Vector256.Create(0x7FFFu), 13);

        // Multiplying by 2^112 corrects the exponent's bias and makes normal numbers of subnormal halves.
        var value = (magnitude.AsSingle() * Vector256.Create(5.192296858534828e33f)).AsUInt32();
        var special = Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(0x7C00u << 13));
        return (Vector256.ConditionalSelect(special, magnitude | Vector256.Create(0x7F80_0000u), value) | sign).AsSingle();
    }

    private static int ToBFloat16(ReadOnlySpan<float> source, Span<ushort> destination)
    {
        for (var i = 0; i < source.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(source[i]);
            destination[i] = float.IsNaN(source[i]) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16);
        }

        return -1;
    }

    private static int ToFloat64(ReadOnlySpan<float> source, Span<double> destination)
    {
        for (var i = 0; i < source.Length; i++)
            destination[i] = source[i];
        return -1;
    }

    private static int ToInteger<T>(ReadOnlySpan<float> source, Span<T> destination)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        for (var i = 0; i < source.Length; i++)
        {
            var value = source[i];
            destination[i] = T.CreateSaturating(value);

            // Past 2^24 neighbouring integers share one float32: an id up there is no longer the id that was meant.
            if (float.Truncate(value) != value || MathF.Abs(value) > 1 << 24 || float.CreateSaturating(destination[i]) != value)
                return i;
        }

        return -1;
    }

    private static int ToBool(ReadOnlySpan<float> source, Span<byte> destination)
    {
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] is not (0f or 1f))
                return i;
            destination[i] = (byte)source[i];
        }

        return -1;
    }

    private static void Widen<T>(ReadOnlySpan<T> source, Span<float> destination)
        where T : unmanaged, INumberBase<T>
    {
        for (var i = 0; i < source.Length; i++)
            destination[i] = float.CreateSaturating(source[i]);
    }
}
