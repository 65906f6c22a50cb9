using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Cora.Build.Tests;

namespace Cora.Build.Sdk.Tests;

/// <summary>A function in a Python of its own that answers one event after the other, as in a container of Lambda.</summary>
internal sealed class RunningFunction : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    /// <param name="function">What runs.</param>
    /// <param name="environment">Variables of the function.</param>
    /// <param name="fakeDatabase">Rows and functions of a database as JSON, when the environment names none.</param>
    public RunningFunction(UnpackedFunction function, IReadOnlyDictionary<string, string> environment, string? fakeDatabase = null)
    {
        var tests = Path.Combine(SdkPackage.RepositoryRoot, "tests");
        string[] fake = fakeDatabase is null ? [] : [Path.Combine(tests, "samples"), fakeDatabase];
        var start = new ProcessStartInfo(
            TestPython.Executable!,
            ["-I", "-S", "-B", Path.Combine(tests, "Cora.Build.Sdk.Tests", "lambda_host.py"), function.Task, function.Opt, function.Handler, .. fake])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        MotoServer.Clear(start);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors) _errors.AppendLine(line.Data);
        };
        _process.BeginErrorReadLine();
    }

    /// <summary>What the function wrote to its log so far.</summary>
    public string Log
    {
        get
        {
            lock (_errors) return _errors.ToString();
        }
    }

    /// <summary>The function's answer to an event.</summary>
    /// <exception cref="InvalidOperationException">It raised an error; the message has its stack.</exception>
    public async Task<JsonElement> InvokeAsync(string lambdaEvent)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(lambdaEvent);
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // It has ended already. Why is in its log.
        }
        if (await _process.StandardOutput.ReadLineAsync() is { } answer) return JsonDocument.Parse(answer).RootElement;
        await _process.WaitForExitAsync();
        throw new InvalidOperationException(Log);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
