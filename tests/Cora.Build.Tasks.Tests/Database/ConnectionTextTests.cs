using Cora.Build.Database;
using Cora.Build.Diagnostics;

namespace Cora.Build.Tests.Database;

public sealed class ConnectionTextTests
{
    [Theory]
    [InlineData("postgresql://ada:s%3Acret@db.example.com:6543/app?sslmode=require", "db.example.com", 6543, "ada", "s:cret", "app")]
    [InlineData("postgres://localhost", "localhost", 5432, null, null, null)]
    [InlineData("postgresql://[::1]:5433/app", "::1", 5433, null, null, "app")]
    [InlineData("postgresql://%2Fvar%2Frun/app", "/var/run", 5432, null, null, "app")]
    [InlineData("Host=db;Port=1;Username=ada;Password=s;Database=app", "db", 1, "ada", "s", "app")]
    [InlineData("host=db port=1 user=ada password='it\\'s a secret' dbname=app sslmode=verify-full", "db", 1, "ada", "it's a secret", "app")]
    public void All_forms_are_read(string text, string host, int port, string? user, string? password, string? database)
    {
        var connection = ConnectionText.Read("/x/module.coraproj", "", text)!;

        Assert.Equal((host, port, user, password, database), (connection.Host, connection.Port, connection.Username, connection.Password, connection.Database));
    }

    [Theory]
    [InlineData("postgresql://ada:hunter2@")]
    [InlineData("postgresql://ada:hunter2@a,b/app")]
    [InlineData("postgresql://ada:hun/ter2@host/app")]
    [InlineData("postgresql://ada:hunter2@host:99999999999/app")]
    [InlineData("postgresql://ada:hunter2@host/app?hunter2=1")]
    [InlineData("Host=db;Pasword=hunter2")]
    [InlineData("hunter2")]
    [InlineData("Host=db;Port=hunter2")]
    [InlineData("host=db port=hunter2")]
    public void What_cannot_be_read_is_not_repeated(string text)
    {
        var error = Assert.Throws<CoraException>(() => ConnectionText.Read("/x/module.coraproj", "", text));

        Assert.Equal("CORA0005", error.Diagnostic.Descriptor.Code);
        Assert.DoesNotContain("hun", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgresql://ada:hunter2@db/app")]
    [InlineData("Host=db;Password=hunter2")]
    [InlineData("host=db password=hunter2")]
    [InlineData("postgresql://db/app?password=hunter2")]
    [InlineData("Host=db;SSL Certificate=ada.pfx;SSL Password=hunter2")]
    public void A_password_in_the_property_is_refused(string text)
    {
        var error = Assert.Throws<CoraException>(() => ConnectionText.Read("/x/module.coraproj", text, null));

        Assert.Contains("environment variable CoraDatabase", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_property_comes_first_and_may_have_no_password()
    {
        Assert.Equal("db", ConnectionText.Read("/x/module.coraproj", "Host=db;Username=ada", "Host=other")!.Host);
        Assert.Null(ConnectionText.Read("/x/module.coraproj", "", " "));
        Assert.Null(ConnectionText.Read("/x/module.coraproj", "", null));
    }
}
