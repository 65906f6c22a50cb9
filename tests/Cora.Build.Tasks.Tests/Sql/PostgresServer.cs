using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Cora.Build.Tests.Sql;

/// <summary>Tests that share one server, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}

/// <summary>
/// A PostgreSQL server of the tests' own, started when a test first asks for a database. It listens on a Unix socket in a temporary directory and nowhere else. It
/// is stopped, and the directory removed, with the fixture; and also when this process dies, because its shell waits for the end of its input.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    /// <summary>The server's first argument is its data directory, the second the directory of the binaries.</summary>
    private const string Script = """
        trap : INT TERM
        "$2/initdb" -D "$1/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$1/log" 2>&1 </dev/null || { cat "$1/log" >&2; rm -rf "$1"; exit 1; }
        "$2/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=20 >"$1/log" 2>&1 </dev/null &
        server=$!
        echo started
        cat >/dev/null
        kill -INT $server
        wait $server
        rm -rf "$1"
        """;

    private Process? _shell;
    private string _directory = "";
    private int _databases;

    /// <summary>A new, empty database.</summary>
    public async Task<PostgresDatabase> CreateDatabaseAsync()
    {
        if (_shell is null) await StartAsync();
        var name = $"test_{++_databases}";
        await new PostgresDatabase(_directory, "postgres").RunAsync($"CREATE DATABASE {name}");
        return new(_directory, name);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_shell is null) return;
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }

    private async Task StartAsync()
    {
        var binaries = TestPostgres.Binaries ?? throw new InvalidOperationException("There is no PostgreSQL server: put initdb on the PATH, or set CORA_TEST_POSTGRES_BIN.");
        _directory = Directory.CreateTempSubdirectory("cora-pg-").FullName;
        // PostgreSQL refuses to run as root.
        string[] user = Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];
        if (user.Length > 0 && await Programs.RunAsync("chown", ["postgres:", _directory]) is { ExitCode: not 0 } refused) throw new InvalidOperationException(refused.Error);
        string[] command = [.. user, "sh", "-c", Script, "sh", _directory, binaries];
        _shell = Programs.Start(command[0], command[1..]);
        if (await _shell.StandardOutput.ReadLineAsync() != "started") throw new InvalidOperationException($"initdb failed: {await _shell.StandardError.ReadToEndAsync()}");

        var server = new PostgresDatabase(_directory, "postgres");
        for (var attempt = 0; (await server.TryRunAsync("SELECT 1")).ExitCode != 0; attempt++)
        {
            if (attempt == 600) throw new InvalidOperationException($"PostgreSQL did not start: {await File.ReadAllTextAsync(Path.Combine(_directory, "log"))}");
            await Task.Delay(100);
        }
    }
}

/// <summary>A database of <see cref="PostgresServer"/>. It is gone when the server is.</summary>
public sealed class PostgresDatabase(string socketDirectory, string name)
{
    /// <summary>For a driver: host, user and database.</summary>
    public string ConnectionString => $"Host={socketDirectory};Username=postgres;Database={name}";

    /// <summary>Runs a script, up to its first error.</summary>
    /// <exception cref="InvalidOperationException">There is an error; the message is PostgreSQL's.</exception>
    public async Task<string> RunAsync(string sql)
    {
        var result = await TryRunAsync(sql);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException(result.Error);
    }

    /// <summary>The same, with what psql says of it.</summary>
    public Task<ProgramResult> TryRunAsync(string sql) => PsqlAsync(sql, ["-f", "-"]);

    /// <summary>Runs a file of SQL as a deployment does.</summary>
    public async Task RunFileAsync(string path)
    {
        var result = await PsqlAsync("", ["-f", path]);
        if (result.ExitCode != 0) throw new InvalidOperationException(result.Error);
    }

    /// <summary>What a statement says to a user, as PostgREST would run it: with the role and the claims of their token.</summary>
    /// <param name="userId">In quotes, as in SQL.</param>
    /// <param name="statement">One that returns rows.</param>
    public async Task<string> AsAsync(string userId, string statement)
    {
        var claims = $$"""{"sub": "{{userId.Trim('\'')}}", "role": "authenticated"}""";
        return (await RunAsync($"BEGIN;\nSET LOCAL ROLE authenticated;\nSET LOCAL \"request.jwt.claims\" = '{claims}';\n{statement};\nCOMMIT;")).Trim();
    }

    /// <summary>The rows of a query, each an object with its columns.</summary>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string query)
    {
        var output = await RunAsync($"SELECT coalesce(json_agg(row_to_json(q)), '[]') FROM (\n{query}\n) AS q");
        return [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
    }

    private Task<ProgramResult> PsqlAsync(string input, string[] arguments) => Programs.RunAsync(
        Path.Combine(TestPostgres.Binaries!, "psql"),
        ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", socketDirectory, "-U", "postgres", "-d", name, .. arguments],
        input);
}

/// <summary>What a program said.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Error);

/// <summary>Runs programs without the environment that PostgreSQL's own look at.</summary>
internal static class Programs
{
    public static Process Start(string program, IEnumerable<string> arguments)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
            StandardErrorEncoding = utf8,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList()) start.Environment.Remove(variable);
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["PGCLIENTENCODING"] = "UTF8";
        start.Environment["PGOPTIONS"] = "-c client_min_messages=warning";
        return Process.Start(start)!;
    }

    public static async Task<ProgramResult> RunAsync(string program, IEnumerable<string> arguments, string input = "")
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // psql leaves at the first error, and the rest of the script has no reader. What it said of it is in the result.
        }
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await error);
    }
}
