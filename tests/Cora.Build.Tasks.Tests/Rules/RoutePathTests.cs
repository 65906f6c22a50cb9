using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class RoutePathTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/ws/{wsId}/kb")]
    [InlineData("/kb/{kbId}/documents/{documentId+}")]
    [InlineData("/{proxy+}")]
    [InlineData("/apis")]
    [InlineData("/ws/{wsId}/api/keys")]
    [InlineData("/admin/sys/mgmt/schedule/{configKey}")]
    [InlineData("/admin/org/mgmt/usage")]
    [InlineData("/admin/org")]
    [InlineData("/admin/ws/{wsId}/kb")]
    [InlineData("/orgs/{orgId}/administrators")]
    [InlineData("/files/a:b")]
    [InlineData("/v1.2/x_y~z")]
    public void A_path_that_follows_the_standard_is_left_alone(string path) => Assert.Empty(new RoutePath(path).AgainstStandard());

    [Theory]
    [InlineData("/api/kb", "'/api'")]
    [InlineData("/api", "'/api'")]
    [InlineData("/kb/", "ends with a slash")]
    [InlineData("/Kb/{kbId}", "'Kb' has capitals")]
    [InlineData("/kb/importAll", "'importAll' has capitals")]
    [InlineData("/kb/x{Id}Y", "'x{Id}Y' has capitals")]
    [InlineData("/kb/:kbId/chunks", "'{id}' for ':id'")]
    [InlineData("/admin/mgmt/schedule", "'/admin/sys/'")]
    [InlineData("/admin", "'/admin/sys/'")]
    [InlineData("/admin/system/x", "'/admin/sys/'")]
    [InlineData("/admin/ws/settings", "'/admin/sys/'")]
    [InlineData("/admin/ws/{wsId}", null)]
    [InlineData("/admin/{orgId}/x", "'/admin/sys/'")]
    [InlineData("/kb/admin/config", "'/admin/sys/'")]
    [InlineData("/ws/{wsId}/admin", "'/admin/sys/'")]
    public void What_is_against_it_is_named(string path, string? named) => Assert.Equal(named is null ? 0 : 1, new RoutePath(path).AgainstStandard().Count(sentence => sentence.Contains(named!, StringComparison.Ordinal)));

    [Fact]
    public void All_that_is_against_it_is_said_at_once() => Assert.Equal(4, new RoutePath("/api/admin/Users/:id/").AgainstStandard().Count(sentence => !sentence.Contains("slash", StringComparison.Ordinal)));

    [Theory]
    [InlineData("/ws/{wsId}/kb", "/ws/:id/kb", true)]
    [InlineData("/ws/{wsId}", "/ws/{wsId+}", false)]
    [InlineData("/ws/{wsId}", "/ws/wsId", false)]
    [InlineData("/ws/{a}/{b}", "/ws/{b}/{a}", true)]
    [InlineData("/ws", "/ws/", false)]
    public void Paths_have_one_shape_whatever_their_parameters_are_called(string one, string other, bool isSame) => Assert.Equal(isSame, new RoutePath(one).Shape == new RoutePath(other).Shape);

    [Fact]
    public void A_parameter_in_Express_style_is_the_one_in_braces()
    {
        Assert.Equal("/ws/{wsId}/kb/{kbId}", new RoutePath("/ws/:wsId/kb/:kbId").Canonical);
        Assert.Equal("/ws/a:b/:1", new RoutePath("/ws/a:b/:1").Canonical);
    }
}
