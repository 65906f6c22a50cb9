using System.Text;

namespace Cora.Build.Tests.Publishing;

/// <summary>Changes answers of the server.</summary>
internal static class Answers
{
    public static byte[] Without(byte[] answer, string header) => Head(answer, lines => lines.Where(line => !Is(line, header)));

    public static byte[] With(byte[] answer, string header, string value) => Head(answer, lines => lines.Where(line => !Is(line, header)).Append($"{header}: {value}"));

    private static bool Is(string line, string header) => line.StartsWith(header + ":", StringComparison.OrdinalIgnoreCase);

    private static byte[] Head(byte[] answer, Func<IEnumerable<string>, IEnumerable<string>> change)
    {
        var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
        return [.. Encoding.Latin1.GetBytes(string.Join("\r\n", change(Encoding.Latin1.GetString(answer, 0, end).Split("\r\n"))) + "\r\n\r\n"), .. answer.AsSpan(end + 4)];
    }
}
