using System.Runtime.CompilerServices;
using Npgsql;

namespace Cora.Build.Database;

/// <summary>Statements as PostgreSQL gets them: not a character of them is changed, so that its positions are ours.</summary>
internal static class Statements
{
    static Statements()
    {
        // Npgsql cuts texts at semicolons, also at those that end no statement. It looks at this switch once; other users of Npgsql in this process have a copy of their own.
        const string rewriting = "Npgsql.EnableSqlRewriting";
        var was = AppContext.TryGetSwitch(rewriting, out var value) ? value : true;
        AppContext.SetSwitch(rewriting, false);
        RuntimeHelpers.RunClassConstructor(typeof(NpgsqlCommand).TypeHandle);
        AppContext.SetSwitch(rewriting, was);
    }

    /// <summary>A command that sends one statement.</summary>
    public static NpgsqlCommand Command(NpgsqlConnection connection, string statement)
    {
        var command = connection.CreateCommand();
        command.CommandText = statement;
        command.AllResultTypesAreUnknown = true;
        return command;
    }

    /// <summary>A name in quotes.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A string in quotes.</summary>
    public static string Literal(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
