namespace Cora.Build.Python.Source;

/// <summary>What Lambda's Python has besides the standard library and what a function brings.</summary>
public static class LambdaRuntime
{
    /// <summary>
    /// First names of what can be imported: the AWS SDK with what it needs, the runtime's own client, and what belongs to any interpreter
    /// (https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html, https://github.com/aws/aws-lambda-python-runtime-interface-client). More rather than less:
    /// what only some of the runtimes have is here too.
    /// </summary>
    public static IReadOnlySet<string> Names { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        // boto3 and its dependencies.
        "boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six",
        // The runtime interface client, its dependencies, and hooks of SnapStart.
        "awslambdaric", "runtime_client", "bootstrap", "lambda_runtime_client", "simplejson", "snapshot_restore_py",
        // In the interpreter's own site-packages.
        "pip", "setuptools", "pkg_resources", "_distutils_hack", "wheel",
        // Of every interpreter, and not in sys.stdlib_module_names.
        "__main__", "test", "_testcapi", "_testinternalcapi", "_testbuffer", "_testimportmultiple", "_testmultiphase", "_testsinglephase", "_testclinic", "_testlimitedcapi",
        "_testexternalinspection", "_ctypes_test", "_xxtestfuzz", "_xxsubinterpreters", "_xxinterpchannels", "xxlimited", "xxlimited_35", "xxsubtype",
    };
}
