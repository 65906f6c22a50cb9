using System.Net;
using System.Text;
using Cora.Build.Diagnostics;

namespace Cora.Build.Python;

/// <summary>The logins of a netrc file, as curl, pip and Python's <c>netrc</c> read it: <c>machine</c>, <c>default</c>, <c>login</c>,
/// <c>password</c>, <c>account</c>, <c>macdef</c>, comments and quotes. Words that it does not know are passed over.</summary>
internal sealed class Netrc
{
    private const int MaximumBytes = 1024 * 1024;

    private readonly Dictionary<string, NetworkCredential> _machines = new(StringComparer.OrdinalIgnoreCase);
    private NetworkCredential? _default;

    /// <summary>Reads the file that <c>NETRC</c> names, else <c>.netrc</c> or <c>_netrc</c> in the home directory. None is no error.</summary>
    /// <param name="environment">Gives the value of an environment variable.</param>
    /// <exception cref="CoraException">CORA3014: there is one, and it cannot be read.</exception>
    public static Netrc Load(Func<string, string?> environment)
    {
        var home = environment(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME");
        string?[] candidates = environment("NETRC") is { Length: > 0 } named ? [named]
            : home is { Length: > 0 } ? [Path.Combine(home, ".netrc"), Path.Combine(home, "_netrc")] : [];
        if (candidates.FirstOrDefault(candidate => Path.IsPathFullyQualified(candidate!) && File.Exists(candidate)) is not { } path)
            return new Netrc();
        try
        {
            if (new FileInfo(path).Length > MaximumBytes)
                throw WheelDownloader.Failed.Error(new Location(path), $"'{path}' has more than {MaximumBytes} bytes: that is no netrc file.");
            return Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CoraException(WheelDownloader.Failed.At(new Location(path),
                $"'{path}', where credentials of package indexes are looked up, cannot be read: {e.Message.TrimEnd('.')}. "
                + "Correct it, or let NETRC name another file."), e);
        }
    }

    /// <summary>Reads the text of a netrc file. The last entry of a machine counts, as in Python.</summary>
    public static Netrc Parse(string text)
    {
        var netrc = new Netrc();
        using var tokens = Tokens(text).GetEnumerator();
        NetworkCredential? entry = null;
        while (tokens.MoveNext())
            switch (tokens.Current)
            {
                case "machine" when tokens.MoveNext():
                    entry = new NetworkCredential();
                    netrc._machines[tokens.Current] = entry;
                    break;
                case "default":
                    entry = new NetworkCredential();
                    netrc._default = entry;
                    break;
                case "login" or "user" when tokens.MoveNext() && entry is not null:
                    entry.UserName = tokens.Current;
                    break;
                case "password" when tokens.MoveNext() && entry is not null:
                    entry.Password = tokens.Current;
                    break;
                case "account":
                    tokens.MoveNext();
                    break;
            }
        return netrc;
    }

    /// <summary>The login for a host.</summary>
    /// <param name="host">Without port.</param>
    /// <param name="orDefault">Whether the <c>default</c> entry serves.</param>
    public NetworkCredential? Find(string host, bool orDefault) => _machines.GetValueOrDefault(host) ?? (orDefault ? _default : null);

    private static IEnumerable<string> Tokens(string text)
    {
        var (inMacro, isValue) = (false, false);
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            // A macro ends with an empty line.
            if (inMacro)
            {
                inMacro = line.Length > 0;
                continue;
            }
            for (var at = 0; at < line.Length;)
            {
                if (char.IsWhiteSpace(line[at]))
                {
                    at++;
                    continue;
                }
                if (line[at] == '#' && !isValue)
                    break;
                var token = Token(line, ref at);
                inMacro = token == "macdef" && !isValue;
                if (inMacro)
                    break;
                isValue = !isValue && token is ("machine" or "login" or "user" or "password" or "account");
                yield return token;
            }
        }
    }

    private static string Token(string line, ref int at)
    {
        var token = new StringBuilder();
        var isQuoted = line[at] == '"';
        if (isQuoted)
            at++;
        for (; at < line.Length; at++)
        {
            if (isQuoted ? line[at] == '"' : char.IsWhiteSpace(line[at]))
            {
                at++;
                break;
            }
            if (line[at] == '\\' && at + 1 < line.Length)
                at++;
            token.Append(line[at]);
        }
        return token.ToString();
    }
}
