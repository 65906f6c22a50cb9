namespace Cora.Build.Publishing;

/// <summary>
/// Holds the files of a directory against other processes. What holds is the operating system's lock on an empty file, which ends with the process however that ends; the file itself
/// stays, and means nothing: to remove it could give two processes a file each.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    /// <summary>The file's name.</summary>
    public const string FileName = ".cora-deploy.lock";

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock; null when another process still has it at the end.</summary>
    /// <exception cref="IOException">The directory cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static async Task<DirectoryLock?> AcquireAsync(string directory, TimeSpan timeout, CancellationToken cancellation)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, FileName);
        for (var started = Environment.TickCount64; ;)
        {
            try
            {
                return new DirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (IsHeld(e))
            {
                if (Environment.TickCount64 - started > timeout.TotalMilliseconds) return null;
            }
            await Task.Delay(s_pause, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION; EWOULDBLOCK of Linux and of macOS.</summary>
    private static bool IsHeld(IOException e) => OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is 32 or 33 : e.HResult is 11 or 35;
}
