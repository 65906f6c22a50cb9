namespace Cora.Build.Python.Source;

/// <summary>What Lambda's Python has besides the standard library and what a function brings.</summary>
public static class LambdaRuntime
{
    /// <summary>Variables that Lambda sets itself (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, "Defined runtime environment variables").</summary>
    public static IReadOnlySet<string> EnvironmentVariables { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_XRAY_CONTEXT_MISSING", "AWS_XRAY_DAEMON_ADDRESS", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "LANG", "LD_LIBRARY_PATH", "PATH",
        "PYTHONPATH", "TZ",
    };

    /// <summary>Whether the interpreter, its library, the AWS SDK or Lambda itself may read a variable. More rather than less.</summary>
    public static bool MayRead(string name) => EnvironmentVariables.Contains(name) || s_prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static readonly string[] s_prefixes =
    [
        "AWS_", "BOTO", "LAMBDA_", "PYTHON", "LC_", "LD_", "OTEL_", "SSL_", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "HOME", "TMP", "TEMP",
    ];

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
