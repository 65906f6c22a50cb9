using System.Diagnostics;
using System.Text.Json;

namespace Cora.Build.Tests.Python;

/// <summary>Asks the reference implementation, the copy of <c>packaging</c> inside pip, about many cases in one process.</summary>
internal static class PackagingOracle
{
    /// <param name="answer">Python: the body of <c>def answer(case):</c>. When it raises what stands for broken input, the answer is null.</param>
    /// <param name="cases">What JSON can hold.</param>
    public static List<JsonElement> Ask<T>(string answer, IReadOnlyCollection<T> cases)
    {
        Assert.NotEmpty(cases);
        var script = $"""
            import json, sys
            from pip._vendor.packaging import markers, requirements, specifiers, tags, utils, version
            def answer(case):
            {string.Join('\n', answer.Split('\n').Select(line => "    " + line))}
            def attempt(case):
                try:
                    return answer(case)
                except ValueError:
                    return None
            cases = json.loads(sys.stdin.buffer.read())
            sys.stdout.buffer.write(json.dumps([attempt(case) for case in cases]).encode())
            """;
        var start = new ProcessStartInfo(TestPython.Executable ?? throw new InvalidOperationException("no Python"), ["-I", "-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(JsonSerializer.Serialize(cases));
        process.StandardInput.Close();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(2)), "Python did not end");
        Assert.True(process.ExitCode == 0, errors.Result);
        var answers = JsonSerializer.Deserialize<List<JsonElement>>(output.Result)!;
        Assert.Equal(cases.Count, answers.Count);
        return answers;
    }

    /// <summary>Fails with the first cases on which both differ, and when there is none that is valid or none that is not.</summary>
    public static void AssertSame<T, TAnswer>(string answer, IReadOnlyList<T> cases, Func<T, TAnswer> ours)
    {
        var theirs = Ask(answer, cases);
        var answers = cases.Select(@case => JsonSerializer.SerializeToElement(ours(@case))).ToList();
        var differences = cases.Index()
            .Where(item => !JsonElement.DeepEquals(theirs[item.Index], answers[item.Index]))
            .Select(item => $"{JsonSerializer.Serialize(item.Item)}: packaging {theirs[item.Index]}, here {answers[item.Index]}")
            .ToList();
        Assert.True(differences.Count == 0, $"{differences.Count} of {cases.Count} differ:\n{string.Join('\n', differences.Take(20))}");
        Assert.True(theirs.Select(theirAnswer => theirAnswer.GetRawText()).Distinct().Count() > 1, "all answers are the same");
    }
}
