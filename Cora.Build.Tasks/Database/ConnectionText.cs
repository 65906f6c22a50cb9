using System.Globalization;
using System.Text.RegularExpressions;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Npgsql;

namespace Cora.Build.Database;

/// <summary>Reads <c>CoraDatabase</c>: a URI, PostgreSQL's <c>host=… dbname=…</c>, or .NET's <c>Host=…;Database=…</c>. Nothing of it is in a message.</summary>
internal static partial class ConnectionText
{
    /// <summary>What to connect to, from the property, or else from the environment variable of the same name. Null when neither is there.</summary>
    /// <exception cref="CoraException">CORA0005: it cannot be read, or the property holds a password.</exception>
    public static NpgsqlConnectionStringBuilder? Read(string projectFile, string property, string? variable)
    {
        var text = property.Length > 0 ? property : variable;
        if (string.IsNullOrWhiteSpace(text)) return null;
        var connection = Parse(text.Trim());
        if (connection is null)
            throw Invalid(projectFile, $"{Name(property)} is no connection string of PostgreSQL. Write postgresql://user@host:5432/database, or Host=…;Username=…;Database=….");
        // Whatever the text looks like: a password that could not be told apart would be shown by whatever shows the property.
        if (property.Length > 0 && !(string.IsNullOrEmpty(connection.Password) && string.IsNullOrEmpty(connection.SslPassword)))
            throw Invalid(projectFile, "The property CoraDatabase holds a password, and MSBuild writes properties to logs. Put the connection string into the environment variable CoraDatabase, or the password alone into PGPASSWORD or a password file.");
        return connection;
    }

    /// <summary>The environment variable <c>CoraDatabase</c>, in any case, because MSBuild takes a variable for a property whatever its case; null when it is not set.</summary>
    public static string? Variable(Processes processes) =>
        processes.Variables.FirstOrDefault(variable => variable.Key.Equals("CoraDatabase", StringComparison.OrdinalIgnoreCase) && variable.Value.Length > 0).Value;

    private static string Name(string property) => property.Length > 0 ? "The property CoraDatabase" : "The environment variable CoraDatabase";

    private static CoraException Invalid(string projectFile, string message) => ModuleDiscovery.s_configuration.Error(new Location(projectFile), message);

    private static NpgsqlConnectionStringBuilder? Parse(string text)
    {
        try
        {
            var connection = text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) ? ParseUri(text)
                : text.Contains(';', StringComparison.Ordinal) || !KeywordPattern.IsMatch(text) ? new NpgsqlConnectionStringBuilder(text)
                : ParseKeywords(text);
            return string.IsNullOrEmpty(connection?.Host) ? null : connection;
        }
        // What Npgsql says of it may have the text in it.
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidCastException or KeyNotFoundException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary><c>postgresql://user:password@host:port/database?sslmode=require</c> (PostgreSQL manual, 34.1.1.2).</summary>
    private static NpgsqlConnectionStringBuilder? ParseUri(string text)
    {
        var match = UriPattern.Match(text);
        if (!match.Success) return null;
        var connection = new NpgsqlConnectionStringBuilder();
        Set(connection, "user", Uri.UnescapeDataString(match.Groups["user"].Value));
        Set(connection, "password", Uri.UnescapeDataString(match.Groups["password"].Value));
        Set(connection, "host", Uri.UnescapeDataString(match.Groups["host"].Value).Trim('[', ']'));
        Set(connection, "port", match.Groups["port"].Value);
        Set(connection, "dbname", Uri.UnescapeDataString(match.Groups["database"].Value));
        foreach (var pair in match.Groups["query"].Value.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.Split('=', 2) is [var left, var right] ? (left, right) : (pair, "");
            Set(connection, name, Uri.UnescapeDataString(value));
        }
        return connection;
    }

    /// <summary><c>host=localhost dbname=x password='a b'</c> (PostgreSQL manual, 34.1.1.1).</summary>
    private static NpgsqlConnectionStringBuilder ParseKeywords(string text)
    {
        var connection = new NpgsqlConnectionStringBuilder();
        foreach (Match match in PairPattern.Matches(text))
        {
            var value = match.Groups["quoted"].Success ? match.Groups["quoted"].Value : match.Groups["plain"].Value;
            Set(connection, match.Groups["name"].Value, EscapePattern.Replace(value, "$1"));
        }
        return connection;
    }

    private static void Set(NpgsqlConnectionStringBuilder connection, string name, string value)
    {
        if (value.Length == 0) return;
        switch (name.ToLowerInvariant())
        {
            case "host" or "hostaddr": connection.Host = value; break;
            case "port": connection.Port = int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture); break;
            case "dbname": connection.Database = value; break;
            case "user": connection.Username = value; break;
            case "password": connection.Password = value; break;
            case "sslmode": connection.SslMode = Enum.Parse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true); break;
            case "sslrootcert": connection.RootCertificate = value; break;
            case "sslcert": connection.SslCertificate = value; break;
            case "sslkey": connection.SslKey = value; break;
            case "passfile": connection.Passfile = value; break;
            case "connect_timeout": connection.Timeout = int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture); break;
            case "options": connection.Options = value; break;
            case "application_name" or "target_session_attrs" or "channel_binding" or "gssencmode": break;
            default: throw new FormatException();
        }
    }

    [GeneratedRegex(@"^postgres(?:ql)?://(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<host>\[[^\]]+\]|[^:/?#\[@,]*)(?::(?<port>[0-9]+))?(?:/(?<database>[^?#/]*))?(?:\?(?<query>[^#]*))?$", RegexOptions.IgnoreCase)]
    private static partial Regex UriPattern { get; }

    [GeneratedRegex(@"^\s*(?:host|hostaddr|port|dbname|user|password|sslmode)\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex KeywordPattern { get; }

    [GeneratedRegex(@"(?<name>[a-z_]+)\s*=\s*(?:'(?<quoted>(?:[^'\\]|\\.)*)'|(?<plain>(?:[^\s'\\]|\\.)*))", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex PairPattern { get; }

    [GeneratedRegex(@"\\(.)", RegexOptions.Singleline)]
    private static partial Regex EscapePattern { get; }
}
