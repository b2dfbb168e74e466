// In which order the search of the site shows what it finds. Sphinx reads it: html_search_scorer in settings.py.
// Its own order takes a page with one of the words in its title for as good as one with all of them.
var Scorer = {
  score: ([, title, , , score]) => {
    const stemmer = new Stemmer();
    const words = (text) => text.toLowerCase().split(/[^a-z0-9]+/).filter((word) => word && !stopwords.has(word));
    const stems = (text) => words(text).map((word) => stemmer.stemWord(word));
    const asked = new Set(stems(new URLSearchParams(window.location.search).get("q") || ""));
    const named = new Set(stems(title));
    return score + 10 * [...asked].filter((stem) => named.has(stem)).length;
  },
  // the numbers below are Sphinx's own
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
