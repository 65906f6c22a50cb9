using Cora.Build.Modules;

namespace Cora.Build.Database;

/// <summary>The account that PostgreSQL runs as when the build runs as root, which it refuses.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Group">Id of its group.</param>
/// <param name="Program">Full path of the program that changes to it.</param>
internal sealed record UnprivilegedAccount(string Name, string Group, string Program)
{
    /// <summary>PostgreSQL's own account, else the one that owns nothing. Null when there is none, or nothing to change to it with.</summary>
    public static UnprivilegedAccount? Find(Processes processes)
    {
        if (!File.Exists("/etc/passwd")) return null;
        var accounts = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length > 3).ToList();
        var account = accounts.Find(fields => fields[0] == "postgres") ?? accounts.Find(fields => fields[0] == "nobody");
        // Busybox has a setpriv that cannot change the account.
        var program = new[] { "setpriv", "runuser", "su" }.Select(processes.Find)
            .FirstOrDefault(path => path is not null && (Path.GetFileName(path) != "setpriv" || File.ResolveLinkTarget(path, returnFinalTarget: true) is not { Name: "busybox" }));
        return account is null || program is null ? null : new(account[0], account[3], program);
    }

    /// <summary>The command line that runs a shell script as this account.</summary>
    public string[] Run(string script, IReadOnlyList<string> arguments) => Path.GetFileName(Program) switch
    {
        "setpriv" => [Program, $"--reuid={Name}", $"--regid={Group}", "--init-groups", "/bin/sh", "-c", script, .. arguments],
        "runuser" => [Program, "-u", Name, "--", "/bin/sh", "-c", script, .. arguments],
        _ => [Program, "-s", "/bin/sh", "-c", script, Name, .. arguments],
    };

    /// <summary>Gives it a file or directory.</summary>
    public async Task OwnAsync(string path, Processes processes, CancellationToken cancellation)
    {
        var result = await processes.RunAsync("chown", [$"{Name}:{Group}", path], "/", null, cancellation).ConfigureAwait(false);
        if (result is not { ExitCode: 0 }) throw new IOException($"'{path}' cannot be given to '{Name}': {result?.Error.Trim() ?? "there is no chown."}");
    }
}
