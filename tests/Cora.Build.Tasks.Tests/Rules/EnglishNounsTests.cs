using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class EnglishNounsTests
{
    private readonly EnglishNouns _nouns = new();

    [Theory]
    [InlineData("order", "orders")]
    [InlineData("category", "categories")]
    [InlineData("address", "addresses")]
    [InlineData("analysis", "analyses")]
    [InlineData("person", "people")]
    [InlineData("child", "children")]
    [InlineData("matrix", "matrices")]
    [InlineData("lambda", "lambdas")]
    [InlineData("quota", "quotas")]
    [InlineData("bonus", "bonuses")]
    [InlineData("corpus", "corpora")]
    [InlineData("canvas", "canvases")]
    [InlineData("tax", "taxes")]
    [InlineData("key", "keys")]
    [InlineData("idp", "idps")]
    [InlineData("kb", "kbs")]
    [InlineData("cache", "caches")]
    [InlineData("setting", "settings")]
    [InlineData("cafe", "cafes")]
    public void A_noun_that_is_counted_has_both_numbers(string singular, string plural)
    {
        Assert.Equal((NounNumber.Singular, NounNumber.Plural), (_nouns.NumberOf(singular), _nouns.NumberOf(plural)));
        Assert.Equal((plural, singular), (_nouns.Plural(singular), _nouns.Singular(plural)));
        Assert.Equal((plural, singular), (_nouns.Plural(plural), _nouns.Singular(singular)));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("data")]
    [InlineData("metadata")]
    [InlineData("news")]
    [InlineData("series")]
    [InlineData("access")]
    [InlineData("media")]
    [InlineData("feedback")]
    [InlineData("usage")]
    [InlineData("staff")]
    public void What_is_not_counted_is_plural_enough_and_stays_as_it_is(string word)
    {
        Assert.Equal(NounNumber.Plural, _nouns.NumberOf(word));
        Assert.Equal((word, word), (_nouns.Plural(word), _nouns.Singular(word)));
    }

    [Theory]
    [InlineData("criteria")]
    [InlineData("people")]
    [InlineData("indices")]
    [InlineData("indexes")]
    [InlineData("schemata")]
    [InlineData("statuses")]
    [InlineData("quizzes")]
    [InlineData("leaves")]
    [InlineData("photos")]
    [InlineData("persons")]
    [InlineData("cookies")]
    public void A_plural_is_known_without_its_ending(string word) => Assert.Equal(NounNumber.Plural, _nouns.NumberOf(word));

    [Theory]
    [InlineData("billing")]
    [InlineData("onboarding")]
    [InlineData("oauth2")]
    [InlineData("x")]
    [InlineData("größe")]
    public void Of_what_may_be_an_activity_or_no_word_nothing_is_said(string word) => Assert.Equal(NounNumber.Unknown, _nouns.NumberOf(word));
}
