using Npgsql;

namespace Cora.Build.Database;

/// <summary>Sessions on a server: all values are text, no driver's own types are read, and no statement is changed.</summary>
/// <param name="server">Where, and as whom.</param>
/// <param name="application">What the server calls them.</param>
/// <param name="timeout">Of a statement; zero for none.</param>
internal sealed class ServerSessions(NpgsqlConnectionStringBuilder server, string application, TimeSpan timeout)
{
    /// <summary>Sessions in a database.</summary>
    /// <param name="database">Null: that of the server's settings.</param>
    public NpgsqlDataSource Of(string? database)
    {
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Pooling = false,
            Multiplexing = false,
            ApplicationName = application,
            CommandTimeout = (int)timeout.TotalSeconds,
            IncludeErrorDetail = true,
            IncludeFailedBatchedCommand = false,
        };
        if (database is not null) settings.Database = database;
        else if (string.IsNullOrEmpty(settings.Database)) settings.Database = "postgres";
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        // The types of a schema come and go.
        builder.ConfigureTypeLoading(loading => loading.EnableTypeLoading(false));
        return builder.Build();
    }

    /// <summary>What an exception says, with all its causes, on one line and without the password.</summary>
    public static string Describe(Exception exception, NpgsqlConnectionStringBuilder server)
    {
        List<string> messages = [];
        for (var e = exception; e is not null; e = e.InnerException!) messages.Add(e is PostgresException error ? error.MessageText : e.Message);
        var text = string.Join(' ', messages.Distinct().Select(message => message.TrimEnd('.') + '.')).ReplaceLineEndings(" ");
        return string.IsNullOrEmpty(server.Password) ? text : text.Replace(server.Password, "****", StringComparison.Ordinal);
    }
}
