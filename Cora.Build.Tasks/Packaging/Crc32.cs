using System.Buffers.Binary;

namespace Cora.Build.Packaging;

/// <summary>CRC-32 of zip (ISO 3309, reflected polynomial EDB88320), sixteen bytes a step ("slicing-by-16", Intel 2006).</summary>
internal static class Crc32
{
    private const int Slices = 16;
    private static readonly uint[] s_table = MakeTable();

    /// <summary>The CRC of <paramref name="bytes"/>, or of them after what gave <paramref name="before"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        ReadOnlySpan<uint> table = s_table;
        var crc = ~before;
        for (; bytes.Length >= Slices; bytes = bytes[Slices..])
        {
            var a = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var b = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            var c = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
            var d = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
            crc = Slice(table, 12, a) ^ Slice(table, 8, b) ^ Slice(table, 4, c) ^ Slice(table, 0, d);
        }
        foreach (var b in bytes)
            crc = crc >> 8 ^ table[(byte)(crc ^ b)];
        return ~crc;
    }

    private static uint Slice(ReadOnlySpan<uint> table, int slice, uint word) =>
        table[(slice + 3) * 256 + (byte)word] ^ table[(slice + 2) * 256 + (byte)(word >> 8)]
        ^ table[(slice + 1) * 256 + (byte)(word >> 16)] ^ table[slice * 256 + (int)(word >> 24)];

    private static uint[] MakeTable()
    {
        var table = new uint[Slices * 256];
        for (var i = 0; i < table.Length; i++)
        {
            if (i >= 256)
            {
                table[i] = table[i - 256] >> 8 ^ table[(byte)table[i - 256]];
                continue;
            }
            var crc = (uint)i;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB88320;
            table[i] = crc;
        }
        return table;
    }
}
