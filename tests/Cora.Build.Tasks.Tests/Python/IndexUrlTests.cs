using System.Diagnostics;
using Cora.Build.Python;

namespace Cora.Build.Tests.Python;

public class IndexUrlTests
{
    [Theory]
    [InlineData("https://user:s3cret@host/simple", "https://****@host/simple")]
    [InlineData("https://s3cret@host/simple", "https://****@host/simple")]
    [InlineData("https://:s3cret@host", "https://****@host")]
    [InlineData("HTTPS://user:s3cret@host:8443/a@b/c", "HTTPS://****@host:8443/a@b/c")]
    [InlineData("https://us%40er:s3cret%2F@host/", "https://****@host/")]
    [InlineData("https://user@corp.example:s3cret@host/", "https://****@host/")]
    [InlineData("https://user:s3c@s3cret@host/", "https://****@host/")]
    [InlineData("https://user:s3/cret@host/x", "https://****@host/x")]
    [InlineData("https://user:1/s3cret@host/x", "https://****@host/x")]
    [InlineData("https://user:s3?#cret@host/x", "https://****@host/x")]
    [InlineData("https://user:s3\"c'r<e>t@host/x", "https://****@host/x")]
    [InlineData("https://dom\\user:s3cret@host/x", "https://****@host/x")]
    [InlineData("git+https://s3cret@github.com/a/b.git@v1#egg=b", "git+https://****@github.com/a/b.git@v1#egg=b")]
    [InlineData("git+ssh://git:s3cret@host/a", "git+ssh://****@host/a")]
    [InlineData("https://u+s:s3+cret@host/x", "https://****@host/x")]
    [InlineData("//user:s3cret@host/x", "//****@host/x")]
    [InlineData("user:s3cret@host/x", "****@host/x")]
    [InlineData("{\"url\":\"https:\\/\\/user:s3cret@host\\/x\"}", "{\"url\":\"https:\\/\\/****@host\\/x\"}")]
    [InlineData("redirect=https%3A%2F%2Fuser%3As3cret%40host%2Fx", "redirect=https%3A%2F%2F****@host%2Fx")]
    [InlineData("https://host/x?token=s3cret", "https://host/x?token=****")]
    [InlineData("https://host/x?a=1&access_token=s3cret&b=2", "https://host/x?a=1&access_token=****&b=2")]
    [InlineData("https://host/x?X-Amz-Signature=s3cret&X-Amz-Credential=s3cret#sha256=ab", "https://host/x?X-Amz-Signature=****&X-Amz-Credential=****#sha256=ab")]
    [InlineData("https://host/x?API_KEY=s3cret", "https://host/x?API_KEY=****")]
    [InlineData("https://host/x#password=s3cret", "https://host/x#password=****")]
    [InlineData("https://host/x%3Ftoken%3Ds3cret", "https://host/x%3Ftoken%3D****")]
    [InlineData("Looking in indexes: https://a:s3cret@h/s, https://s3cret@i/s\nERROR for 'https://a:s3cret@h/s/x'",
        "Looking in indexes: https://****@h/s, https://****@i/s\nERROR for 'https://****@h/s/x'")]
    [InlineData("pip --index-url=https://a:s3cret@h/s -v", "pip --index-url=https://****@h/s -v")]
    [InlineData("name@https://a:s3cret@h/s.whl", "name@https://****@h/s.whl")]
    public void Secrets_are_not_shown(string text, string expected)
    {
        var redacted = IndexUrl.Redact(text);
        Assert.Equal(expected, redacted);
        Assert.DoesNotContain("cret", redacted);
        Assert.Equal(expected, IndexUrl.Redact(redacted));
    }

    [Theory]
    [InlineData("")]
    [InlineData("https://host/simple/name@1.0/a-1-py3-none-any.whl#sha256=0123&egg=x")]
    [InlineData("https://host:8443/simple?name=boto3 by me@example.com")]
    [InlineData("boto3==1.34.0 ; python_version < '3.12' # see docs")]
    [InlineData("http://[::1]:8080/simple")]
    [InlineData("C:\\wheels\\a@b and /opt/wheels@1")]
    [InlineData("name @ https://host/a.whl --hash=sha256:00ff")]
    public void What_is_no_secret_stays(string text) => Assert.Equal(text, IndexUrl.Redact(text));

    [Theory]
    [InlineData("//a:b/")]
    [InlineData("a:b")]
    [InlineData("?token=x&")]
    [InlineData("https%3A%2F%2F")]
    [InlineData("https://u:p@h/")]
    [InlineData("x")]
    public void Long_text_is_redacted_in_linear_time(string part)
    {
        var watch = Stopwatch.StartNew();
        IndexUrl.Redact(string.Concat(Enumerable.Repeat(part, 20_000)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }

    [Fact]
    public void A_key_has_a_secret_only_as_a_hash()
    {
        var key = IndexUrl.ToKey("https://user:s3cret@host/simple");
        Assert.DoesNotContain("s3cret", key);
        Assert.NotEqual(key, IndexUrl.ToKey("https://user:other@host/simple"));
        Assert.Equal("https://host/simple", IndexUrl.ToKey("https://host/simple"));
    }
}
