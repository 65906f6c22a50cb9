using Cora.Build.Python;

namespace Cora.Build.Tests.Python;

public class TargetPlatformTests
{
    [Theory]
    [InlineData("python3.10", "x86_64", "manylinux_2_26_x86_64", "x86_64-manylinux2014")]
    [InlineData("python3.11", "arm64", "manylinux_2_26_aarch64", "aarch64-manylinux2014")]
    [InlineData("python3.12", "x86_64", "manylinux_2_34_x86_64", "x86_64-manylinux_2_28")]
    [InlineData("python3.13", "arm64", "manylinux_2_34_aarch64", "aarch64-manylinux_2_28")]
    [InlineData("python3.14", "x86_64", "manylinux_2_34_x86_64", "x86_64-manylinux_2_28")]
    public void A_target_takes_wheels_up_to_the_glibc_of_its_runtime(string framework, string architecture, string newest, string uv)
    {
        Assert.True(TargetPlatform.TryParse(framework, architecture, out var platform));
        Assert.Equal(newest, platform.PipPlatforms[0]);
        Assert.Equal(uv, platform.UvPlatform);
        Assert.Equal(platform.PipPlatforms.Length, platform.PipArguments.Count(argument => argument == "--platform"));
        Assert.Equal<string>(["--only-binary", ":all:"], platform.PipArguments[^2..]);
    }

    [Fact]
    public void Every_platform_tag_is_given_one_by_one()
    {
        Assert.True(TargetPlatform.TryParse("python3.11", "x86_64", out var x86));
        Assert.Equal(
            "2_26 2_25 2_24 2_23 2_22 2_21 2_20 2_19 2_18 2_17 2014 2010 1 2_16 2_15 2_14 2_13 2_12 2_11 2_10 2_9 2_8 2_7 2_6 2_5".Split(' '),
            x86.PipPlatforms.Select(tag => tag.Replace("manylinux", "").TrimStart('_').Replace("_x86_64", "")));
        Assert.True(TargetPlatform.TryParse("python3.10", "arm64", out var arm));
        Assert.Equal("2_26 2_25 2_24 2_23 2_22 2_21 2_20 2_19 2_18 2_17 2014".Split(' '),
            arm.PipPlatforms.Select(tag => tag.Replace("manylinux", "").TrimStart('_').Replace("_aarch64", "")));
    }

    [Theory]
    [InlineData("python3.9", "x86_64")]
    [InlineData("python3.15", "x86_64")]
    [InlineData("Python3.11", "x86_64")]
    [InlineData("net10.0", "x86_64")]
    [InlineData("python3.11", "aarch64")]
    [InlineData("python3.11", "")]
    [InlineData(null, null)]
    public void What_Lambda_does_not_have_is_no_target(string? framework, string? architecture) =>
        Assert.False(TargetPlatform.TryParse(framework, architecture, out _));

    [Theory]
    [InlineData("a-1-py3-none-any.whl", true)]
    [InlineData("a-1-py2.py3-none-any.whl", true)]
    [InlineData("a-1-py311-none-any.whl", true)]
    [InlineData("a-1-py312-none-any.whl", false)]
    [InlineData("a-1-py2-none-any.whl", false)]
    [InlineData("a-1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", true)]
    [InlineData("a-1-cp311-cp311-manylinux_2_28_x86_64.whl", false)]
    [InlineData("a-1-cp311-cp311-manylinux_2_17_aarch64.whl", false)]
    [InlineData("a-1-cp312-cp312-manylinux_2_17_x86_64.whl", false)]
    [InlineData("a-1-cp37-abi3-manylinux1_x86_64.whl", true)]
    [InlineData("a-1-cp312-abi3-manylinux1_x86_64.whl", false)]
    [InlineData("a-1-cp311-cp311t-manylinux_2_17_x86_64.whl", false)]
    [InlineData("a-1-cp310-none-any.whl", false)]
    [InlineData("a-1-py3-none-manylinux_2_5_x86_64.whl", true)]
    [InlineData("a-1-cp311-cp311-linux_x86_64.whl", false)]
    [InlineData("a-1-cp311-cp311-musllinux_1_1_x86_64.whl", false)]
    [InlineData("a-1-cp311-cp311-macosx_10_9_x86_64.whl", false)]
    [InlineData("a-1-CP311-CP311-Manylinux2010_X86_64.whl", true)]
    public void A_wheel_runs_when_one_of_its_tags_does(string wheel, bool expected)
    {
        Assert.True(TargetPlatform.TryParse("python3.11", "x86_64", out var platform));
        Assert.Equal(expected, platform.Supports(WheelFileName.Parse(wheel)));
    }

    [Fact]
    public void The_best_wheel_is_the_newest_then_the_most_specific_then_the_last_build()
    {
        Assert.True(TargetPlatform.TryParse("python3.12", "x86_64", out var platform));
        List<string> order =
        [
            "a-2-py3-none-any.whl",
            "a-1-cp312-cp312-manylinux_2_28_x86_64.whl",
            "a-1-10-cp312-cp312-manylinux_2_17_x86_64.whl",
            "a-1-9a-cp312-cp312-manylinux_2_17_x86_64.whl",
            "a-1-cp312-cp312-manylinux_2_17_x86_64.whl",
            "a-1-cp38-abi3-manylinux2014_x86_64.whl",
            "a-1-py3-none-manylinux2014_x86_64.whl",
            "a-1-py3-none-any.whl",
        ];
        var wheels = order.Append("a-3-cp312-cp312-win_amd64.whl").Reverse().Select(WheelFileName.Parse).ToList();
        foreach (var expected in order)
        {
            var best = platform.Best(wheels);
            Assert.Equal(expected, best?.Text);
            wheels.Remove(best!);
        }
        Assert.Null(platform.Best(wheels));
    }
}
