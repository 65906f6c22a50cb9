using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Cora.Build.Benchmarks;
using Cora.Build.Sdk.Tests;

Options options;
try
{
    options = Options.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n\n{Options.Usage}");
    return 2;
}

using var sdk = SdkPackage.Instance;
using var workspace = new Workspace(options.Wheels);
var report = new StringBuilder();
report.AppendLine(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription.Split(' ')[0]} {RuntimeInformation.OSArchitecture}; median of {options.Runs} (least–most), seconds of a whole process.");
foreach (var wheel in workspace.Renamed)
{
    report.AppendLine(CultureInfo.InvariantCulture, $"{wheel} needs a newer glibc than python3.11 has on Lambda; the copy that is measured is tagged manylinux2014, since nothing runs it.");
}
foreach (var (name, group) in new (string, Func<Workspace, int, string>)[] { ("module", ModuleBenchmark.Run), ("project", ProjectBenchmark.Run), ("memory", ProjectBenchmark.RunMemory), ("lint", LintBenchmark.Run), ("schema", SchemaBenchmark.Run), ("deploy", DeployBenchmark.Run), ("pack", PackBenchmark.Run) })
{
    if (name.Contains(options.Filter, StringComparison.Ordinal)) report.AppendLine().Append(group(workspace, options.Runs));
}

Console.Write(report);
if (options.Out is not null) File.WriteAllText(options.Out, report.ToString());
return 0;
