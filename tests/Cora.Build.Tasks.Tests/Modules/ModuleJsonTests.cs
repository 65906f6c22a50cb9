using System.Collections;
using System.Reflection;
using Cora.Build.Modules;
using Cora.Build.Tests.Packaging;
using Module = Cora.Build.Modules.Module;

namespace Cora.Build.Tests.Modules;

public sealed class ModuleJsonTests
{
    private static readonly Module s_full = new()
    {
        Name = "module-\"ä\\",
        ProjectFile = "/p/module-ä/module.coraproj",
        Version = "1.2.3",
        Sdk = new Guid("01234567-89ab-cdef-0123-456789abcdef"),
        TargetFramework = "python3.12",
        Architecture = "arm64",
        ArtifactsDirectory = "/p/module-ä/backend/.build/",
        Artifacts =
        [
            new Artifact
            {
                Kind = ArtifactKind.Layer, Name = "common", FileName = "common-layer.zip", Directory = "/p/l/common", ContentDirectory = "/p/l/common/python",
                Requirements = "/p/l/common/requirements.txt", IsBroken = true,
            },
            new Artifact
            {
                Kind = ArtifactKind.Function, Name = "orders", FileName = "o.zip", Directory = "/p/f/orders", ContentDirectory = "/p/f/orders",
                Handler = "app.handle", Requirements = "/p/f/r.txt", Excludes = ["*.md", "\n"], Layers = ["common"],
            },
            new Artifact
            {
                Kind = ArtifactKind.Function, Name = "bare", FileName = "bare.zip", Directory = "/p/f/bare", ContentDirectory = "/p/f/bare",
                Handler = "app.handle", Requirements = "/p/f/bare/r.txt", Layers = [],
            },
        ],
        Schemas = ["/p/db/schema/001.sql"],
        ProjectRoot = "/src",
        Migrations = ["/src/db/migrations/1.sql"],
        RpcFunctions = ["rpc", "call"],
        References = [new ModuleReference("module-a", "/p/a/cora-manifest.json", "/p/a/obj/cora/")],
        Packages = [new ReferencedPackage("module-p", "/nuget/p/cora/")],
        ExternalLayers = [new ExternalLayer("arn:1", ["scipy", "numpy"], 5_000_000_000), new ExternalLayer("arn:2", [], null)],
        DefaultExcludes = ["tests", "!x"],
        Limits = new SizeLimits(1, 5_000_000_000, 3),
        Dependencies = new DependencyOptions { Installer = "uv", PythonExecutable = "/py", InstallerArguments = "--pre", WheelStore = "/store", LockedMode = true },
    };

    [Fact]
    public void A_module_is_read_as_it_was_written()
    {
        using var directory = new TempDirectory();

        AssertSame(s_full, Module.Read(directory.Write("module.json", s_full.ToBytes())), "module");
    }

    [Fact]
    public void The_test_of_reading_sees_every_property()
    {
        // A property that has its default value here could be forgotten in the JSON unnoticed.
        AssertSet(s_full);
        Assert.Contains(s_full.Artifacts, artifact => artifact.IsBroken);
        foreach (var property in Stored(typeof(Artifact)).Where(property => property.Name is not nameof(Artifact.IsBroken))) Assert.Contains(s_full.Artifacts, artifact => IsSet(property.GetValue(artifact)));
        AssertSet(s_full.Dependencies);
        AssertSet(s_full.Limits);
        AssertSet(s_full.References[0]);
        AssertSet(s_full.Packages[0]);
        AssertSet(s_full.ExternalLayers[0]);
    }

    private static void AssertSet(object value) => Assert.All(Stored(value.GetType()), property => Assert.True(IsSet(property.GetValue(value)), property.Name));

    private static bool IsSet(object? value) => value switch
    {
        null => false,
        string text => text.Length > 0,
        ICollection items => items.Count > 0,
        ValueType number => !number.Equals(Activator.CreateInstance(number.GetType())) || number is ArtifactKind,
        _ => true,
    };

    private static IEnumerable<PropertyInfo> Stored(Type type) => type.GetProperties().Where(property => property.SetMethod is not null);

    private static void AssertSame(object? expected, object? actual, string name)
    {
        if (expected is null or string or ValueType)
        {
            Assert.True(Equals(expected, actual), $"{name}: {actual}");
        }
        else if (expected is IEnumerable items)
        {
            var (wanted, got) = (items.Cast<object>().ToList(), Assert.IsType<IEnumerable>(actual, exactMatch: false).Cast<object>().ToList());
            Assert.True(wanted.Count == got.Count, name);
            for (var i = 0; i < wanted.Count; i++) AssertSame(wanted[i], got[i], $"{name}[{i}]");
        }
        else
        {
            foreach (var property in Stored(expected.GetType())) AssertSame(property.GetValue(expected), property.GetValue(actual), $"{name}.{property.Name}");
        }
    }
}
