using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Npgsql;

namespace Cora.Build.Database;

/// <summary>
/// A PostgreSQL server of our own, which is gone when it is disposed. On Unix it listens on a socket in a directory that nobody else can enter, and nowhere else; a shell
/// that waits for the end of its input stops it and removes its files, so that this also happens when the build's process is killed. On Windows it listens on the loopback
/// address and wants a password. What a shell that is killed as well leaves behind is removed by the next start.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    /// <summary>Of the directory, for what is left by a process that has died.</summary>
    private const string Prefix = "cora-postgres-";

    /// <summary>Held open and locked while the directory is in use.</summary>
    private const string LockFile = "owner.lock";

    /// <summary>The path of a Unix socket has 108 bytes on Linux and 104 on macOS, with the zero at its end.</summary>
    private const int LongestSocketPath = 103;

    private const string User = "postgres";

    /// <summary>The first argument is the directory, the second that of the binaries, the others are for <c>initdb</c>.</summary>
    private const string Script = """
        trap : INT TERM HUP
        directory=$1 bin=$2
        shift 2
        "$bin/initdb" -D "$directory/data" "$@" >"$directory/log" 2>&1 </dev/null &&
          cat "$directory/cora.conf" >>"$directory/data/postgresql.conf" ||
          { tail -n 20 "$directory/log" >&2; rm -rf "$directory"; exit 1; }
        "$bin/postgres" -D "$directory/data" >"$directory/log" 2>&1 </dev/null &
        server=$!
        until grep -q '^ready' "$directory/data/postmaster.pid" 2>/dev/null; do
          kill -0 $server 2>/dev/null || { tail -n 20 "$directory/log" >&2; rm -rf "$directory"; exit 1; }
          sleep 0.05 2>/dev/null || sleep 1
        done
        echo started
        cat >/dev/null
        kill -QUIT $server 2>/dev/null
        while kill -0 $server 2>/dev/null; do wait $server; done
        rm -rf "$directory"
        """;

    private readonly PostgresBinaries _binaries;
    private readonly Processes _processes;
    private readonly FileStream _lock;
    private readonly bool _isLocal;
    private readonly string _password;
    private Process? _shell;

    private PostgresCluster(PostgresBinaries binaries, Processes processes, string directory, bool isLocal)
    {
        (_binaries, _processes, Directory, _isLocal) = (binaries, processes, directory, isLocal);
        _password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        _lock = new FileStream(Path.Combine(directory, LockFile), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Full path of its directory, which is removed with it.</summary>
    public string Directory { get; }

    internal NpgsqlConnectionStringBuilder Connection { get; private set; } = new();

    /// <summary>Starts a server.</summary>
    /// <param name="binaries">Its programs.</param>
    /// <param name="processes">The environment that they get.</param>
    /// <param name="preferred">Full path of the directory to make it in, if the path of a socket fits below it.</param>
    /// <param name="projectFile">Where a failure is reported.</param>
    /// <param name="cancellation">Stops the start; nothing is left then.</param>
    /// <exception cref="CoraException">CORA5090: it does not start.</exception>
    public static Task<PostgresCluster> StartAsync(PostgresBinaries binaries, Processes processes, string preferred, string projectFile, CancellationToken cancellation) =>
        StartAsync(binaries, processes, preferred, projectFile, !OperatingSystem.IsWindows(), cancellation);

    internal static async Task<PostgresCluster> StartAsync(
        PostgresBinaries binaries, Processes processes, string preferred, string projectFile, bool isLocal, CancellationToken cancellation)
    {
        var account = IsRoot ? UnprivilegedAccount.Find(processes) ?? throw Failed("PostgreSQL refuses to run as root, and there is no other account that it could use here. Build as another user, or install 'setpriv' or 'runuser' and have a user 'postgres' or 'nobody'.") : null;
        foreach (var parent in new[] { preferred, Temporary(account is not null) }.Distinct()) RemoveAbandoned(parent, binaries);
        var cluster = new PostgresCluster(binaries, processes, CreateDirectory(preferred, account is not null), isLocal);
        try
        {
            if (account is not null) await account.OwnAsync(cluster.Directory, processes, cancellation).ConfigureAwait(false);
            for (var attempt = 1; ; attempt++)
            {
                var error = await cluster.TryStartAsync(account, cancellation).ConfigureAwait(false);
                if (error is null) return cluster;
                // A port that was free a moment ago.
                if (!OperatingSystem.IsWindows() || attempt == 3) throw Failed($"PostgreSQL in '{binaries.Directory}' does not start: {Flatten(error)} Mend that, name another server's programs with CoraPostgresBin, or a running server with CoraDatabase.");
                if (System.IO.Directory.Exists(Path.Combine(cluster.Directory, "data"))) System.IO.Directory.Delete(Path.Combine(cluster.Directory, "data"), recursive: true);
            }
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        CoraException Failed(string message) => DatabaseDiagnostics.s_noServer.Error(new Location(projectFile), message);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_shell is not null)
        {
            _shell.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            try
            {
                await _shell.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                _shell.Kill(entireProcessTree: true);
                await _shell.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            }
            _shell.Dispose();
        }
        else if (System.IO.Directory.Exists(Path.Combine(Directory, "data")))
        {
            await RunPlainAsync("pg_ctl", ["-D", Path.Combine(Directory, "data"), "-m", "immediate", "-w", "stop"], CancellationToken.None).ConfigureAwait(false);
        }
        _lock.Dispose();
        // The server looks for its files every minute and ends without them, if it did not end before.
        if (System.IO.Directory.Exists(Directory)) System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>Closes what a process holds open that is killed.</summary>
    internal void Abandon() => _shell!.StandardInput.Close();

    private static bool IsRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    private static string Flatten(string text) => string.Join(' ', text.Split(['\r', '\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Another account may not be able to enter what root has as its temporary directory.</summary>
    private static string Temporary(bool forOthers) => forOthers ? "/tmp" : Path.TrimEndingDirectorySeparator(Path.GetTempPath());

    private static string CreateDirectory(string preferred, bool forOthers)
    {
        var name = $"{Prefix}{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}-{Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal)}";
        var path = Path.Combine(preferred, name);
        if (forOthers || (!OperatingSystem.IsWindows() && Encoding.UTF8.GetByteCount(Path.Combine(path, ".s.PGSQL.5432")) > LongestSocketPath)) path = Path.Combine(Temporary(forOthers), name);
        if (OperatingSystem.IsWindows()) return System.IO.Directory.CreateDirectory(path).FullName;
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return System.IO.Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    /// <summary>Removes what killed processes have left: the directories whose lock nobody holds.</summary>
    private static void RemoveAbandoned(string parent, PostgresBinaries binaries)
    {
        if (!System.IO.Directory.Exists(parent)) return;
        foreach (var directory in System.IO.Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            try
            {
                // One that is being made has no lock yet.
                var @lock = Path.Combine(directory, LockFile);
                if (!File.Exists(@lock)) continue;
                using (new FileStream(@lock, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                    if (OperatingSystem.IsWindows()) Process.Start(new ProcessStartInfo(binaries["pg_ctl"], ["-D", Path.Combine(directory, "data"), "-m", "immediate", "-w", "stop"]) { CreateNoWindow = true })?.WaitForExit();
                }
                System.IO.Directory.Delete(directory, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
            {
                // In use, or another user's.
            }
        }
    }

    /// <returns>What went wrong; null when it runs.</returns>
    private async Task<string?> TryStartAsync(UnprivilegedAccount? account, CancellationToken cancellation)
    {
        var port = _isLocal ? 5432 : FreePort();
        await File.WriteAllTextAsync(Path.Combine(Directory, "cora.conf"), Configuration(port), cancellation).ConfigureAwait(false);
        var passwordFile = Path.Combine(Directory, "password");
        await File.WriteAllTextAsync(passwordFile, _password, cancellation).ConfigureAwait(false);
        if (account is not null) await account.OwnAsync(passwordFile, _processes, cancellation).ConfigureAwait(false);

        // In the directory nobody else can be; over the network everybody on this machine can.
        string[] arguments = ["-U", User, "-E", "UTF8", "--locale=C", "--no-sync", "-A", _isLocal ? "trust" : "scram-sha-256", $"--pwfile={passwordFile}"];
        var error = OperatingSystem.IsWindows() ? await StartPlainAsync(arguments, cancellation).ConfigureAwait(false) : await StartShellAsync(account, arguments, cancellation).ConfigureAwait(false);
        if (error is not null) return error;
        Connection = new NpgsqlConnectionStringBuilder
        {
            Host = _isLocal ? Directory : "127.0.0.1",
            Port = port,
            Username = User,
            Database = "postgres",
            Password = _isLocal ? null : _password,
            SslMode = SslMode.Disable,
        };
        return null;
    }

    private string Configuration(int port) => $"""

        listen_addresses = '{(_isLocal ? "" : "127.0.0.1")}'
        port = {port.ToString(CultureInfo.InvariantCulture)}
        unix_socket_directories = '{(OperatingSystem.IsWindows() || !_isLocal ? "" : Directory.Replace("'", "''", StringComparison.Ordinal))}'
        max_connections = 20
        shared_buffers = '16MB'
        fsync = off
        synchronous_commit = off
        full_page_writes = off
        autovacuum = off
        jit = off
        lc_messages = 'C'
        timezone = 'UTC'
        log_timezone = 'UTC'

        """;

    private async Task<string?> StartShellAsync(UnprivilegedAccount? account, string[] arguments, CancellationToken cancellation)
    {
        string[] command = ["/bin/sh", "-c", Script, "sh", Directory, _binaries.Directory, .. arguments];
        if (account is not null) command = account.Run(Script, ["sh", Directory, _binaries.Directory, .. arguments]);
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Prepare(start);
        // The directory of root is none of the other account.
        if (account is not null) start.WorkingDirectory = "/";
        _shell = new Process { StartInfo = start };
        _shell.Start();
        var started = await _shell.StandardOutput.ReadLineAsync(cancellation).ConfigureAwait(false);
        if (started == "started") return null;
        var error = await _shell.StandardError.ReadToEndAsync(cancellation).ConfigureAwait(false);
        await _shell.WaitForExitAsync(cancellation).ConfigureAwait(false);
        _shell.Dispose();
        _shell = null;
        return error;
    }

    private async Task<string?> StartPlainAsync(string[] arguments, CancellationToken cancellation)
    {
        var data = Path.Combine(Directory, "data");
        var made = await _processes.RunAsync(_binaries["initdb"], ["-D", data, .. arguments], Directory, null, cancellation).ConfigureAwait(false);
        if (made is not { ExitCode: 0 }) return made?.Error ?? "initdb cannot be run.";
        await File.AppendAllTextAsync(Path.Combine(data, "postgresql.conf"), await File.ReadAllTextAsync(Path.Combine(Directory, "cora.conf"), cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        var log = Path.Combine(Directory, "log");
        if (await RunPlainAsync("pg_ctl", ["-D", data, "-l", log, "-w", "-t", "60", "start"], cancellation).ConfigureAwait(false) == 0) return null;
        return File.Exists(log) ? await File.ReadAllTextAsync(log, cancellation).ConfigureAwait(false) : "pg_ctl fails.";
    }

    /// <summary>Without redirection: the server would inherit our ends of the pipes, and reading them would not end before it does.</summary>
    private async Task<int> RunPlainAsync(string program, string[] arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(_binaries[program], arguments) { WorkingDirectory = Directory, UseShellExecute = false, CreateNoWindow = true };
        Prepare(start);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        return process.ExitCode;
    }

    /// <summary>The build's environment without what PostgreSQL's programs look at.</summary>
    private void Prepare(ProcessStartInfo start)
    {
        start.Environment.Clear();
        foreach (var (name, value) in _processes.Variables.Where(variable => !variable.Key.StartsWith("PG", StringComparison.OrdinalIgnoreCase) && !variable.Key.Equals("CoraDatabase", StringComparison.OrdinalIgnoreCase))) start.Environment[name] = value;
        start.Environment["LC_ALL"] = "C";
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
