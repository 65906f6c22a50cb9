using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cora.Build.Sdk.Tests;

/// <summary>JSON Web Tokens as Supabase Auth makes them: signed by HS256 with the project's secret.</summary>
internal static class AccessToken
{
    public static string Sign(object claims, string secret)
    {
        var signed = $"{Encode(new { alg = "HS256", typ = "JWT" })}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(Signature(signed, secret))}";

        static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
    }

    /// <summary>The claims; null when the secret did not sign them.</summary>
    public static JsonElement? Verify(string token, string secret)
    {
        var end = token.LastIndexOf('.');
        if (end < 0 || !Base64Url.IsValid(token.AsSpan(end + 1))) return null;
        if (!CryptographicOperations.FixedTimeEquals(Signature(token[..end], secret), Base64Url.DecodeFromChars(token.AsSpan(end + 1)))) return null;
        return JsonDocument.Parse(Base64Url.DecodeFromChars(token[..end].Split('.')[1])).RootElement;
    }

    private static byte[] Signature(string text, string secret) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text));
}
