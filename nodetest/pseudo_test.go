package nodetest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"golang.org/x/net/html"

	"sameboat/cmd/sameboat/node"
	"sameboat/facts"
	"sameboat/kernel/i18n"
	"sameboat/knowledge"
	"sameboat/nodetest"
)

// pseudo is the language that only tests speak: English with every letter
// changed, in brackets and longer by 40 in 100. Its code is from the range that
// ISO 639 leaves to private use.
const pseudo facts.Lang = "qps"

// accents stand for the letters of English; the rest of the alphabet is there.
var accents = strings.NewReplacer("a", "á", "b", "ƀ", "c", "ç", "d", "đ", "e", "é", "f", "ƒ", "g", "ĝ", "h", "ĥ", "i", "í", "j", "ĵ", "k", "ķ", "l", "ł", "m", "ɱ",
	"n", "ñ", "o", "ó", "p", "þ", "q", "ɋ", "r", "ŕ", "s", "š", "t", "ŧ", "u", "ú", "v", "ṽ", "w", "ŵ", "x", "ẋ", "y", "ý", "z", "ž",
	"A", "Å", "B", "Ɓ", "C", "Ç", "D", "Ð", "E", "É", "F", "Ƒ", "G", "Ĝ", "H", "Ĥ", "I", "Î", "J", "Ĵ", "K", "Ķ", "L", "Ł", "M", "Ṁ",
	"N", "Ñ", "O", "Ö", "P", "Þ", "Q", "Ɋ", "R", "Ŕ", "S", "Š", "T", "Ŧ", "U", "Û", "V", "Ṽ", "W", "Ŵ", "X", "Ẋ", "Y", "Ý", "Z", "Ž")

// disguise changes the letters of a text but not the names of its values.
func disguise(text string) string {
	var b strings.Builder
	letters := 0
	for piece := range strings.SplitAfterSeq(text, "}") {
		words, value, _ := strings.Cut(piece, "{")
		b.WriteString(accents.Replace(words))
		letters += len([]rune(words))
		if value != "" {
			b.WriteString("{" + value)
		}
	}
	if letters < 3 {
		return b.String() // ", " and the like
	}
	padding := []rune(strings.Repeat("ŧřéé ", letters))[:(letters*4+9)/10]
	return "⟪" + b.String() + " " + strings.TrimSpace(string(padding)) + "⟫"
}

// pseudoCatalog is the catalog of the product, which speaks pseudo too.
func pseudoCatalog(t *testing.T) *i18n.Catalog {
	t.Helper()
	catalog, err := node.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := catalog.Template(pseudo)
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]any
	if err := json.Unmarshal(raw, &texts); err != nil {
		t.Fatal(err)
	}
	delete(texts, "pack")
	for key, v := range texts {
		switch v := v.(type) {
		case string:
			texts[key] = disguise(v)
		case map[string]any:
			for form, text := range v {
				v[form] = disguise(text.(string))
			}
		}
	}
	if raw, err = json.Marshal(texts); err != nil {
		t.Fatal(err)
	}
	packs, remarks := i18n.ReadPacks(fstest.MapFS{string(pseudo) + ".json": &fstest.MapFile{Data: raw}})
	catalog, more := catalog.With(packs)
	if len(remarks)+len(more) > 0 || len(packs) != 1 {
		t.Fatalf("the pseudo-locale is no good pack: %v %v", remarks, more)
	}
	for _, s := range catalog.Standings() {
		if s.Lang == pseudo && len(s.Missing) > 0 {
			t.Fatalf("the pseudo-locale lacks %v", s.Missing)
		}
	}
	return catalog
}

// speakPseudo opens a node whose interface speaks pseudo.
func speakPseudo(t *testing.T) nodetest.Option {
	catalog := pseudoCatalog(t)
	return func(c *node.Config) { c.Catalog = catalog }
}

// greek is a library whose data hold no Latin letter: what has one in a page of
// the pseudo-locale was written into the program.
const greek = `{"id":"1","title":"Πλύσιμο χεριών","lang":"el","kind":"guideline","topics":"ipc","audiences":"nurse","hazards":"covid-19","issuer":"Νοσοκομείο Α","countries":["GR"],"date":"2020-03","body":"# Χέρια\n\nΠλύνετε τα χέρια σας με σαπούνι και νερό.\n\n- πρώτα\n- μετά\n\n| α | β |\n|---|---|\n| 1 | 2 |"}
{"id":"2","title":"Παλιές δόσεις","lang":"el","kind":"protocol","state":"historical","topics":"case","issuer":"Νοσοκομείο Β","countries":["IT"],"date":"2020-02","body":"Παλιά δόση χεριών."}
{"id":"3","title":"Η εμπειρία μας","lang":"el","kind":"experience","topics":"hww","issuer":"Νοσοκομείο Β","countries":["GR"],"date":"2021-02","body":"Δύο ομάδες, μία στη δουλειά και μία σε ανάπαυση."}
`

// allowed are words that are the same in every language: names of this program,
// of formats, protocols and standards, and codes people type.
var allowed = regexp.MustCompile(`\b(Sameboat|sameboat|API|JSON|OpenAPI|Atom|BibTeX|RIS|CSL|UTC|URL|GRADE|Markdown|HTML|PDF|DOCX|XLSX|JSONL|CSV|TSV|WCAG|v|https?://\S+)\b`)

// TestNoLiteralText walks every page in the pseudo-locale, as an anonymous
// visitor and as an administrator, and the pages of refusals.
func TestNoLiteralText(t *testing.T) {
	t.Parallel()
	n := nodetest.Start(t, nodetest.Unhurried, speakPseudo(t))
	names := languageNames(n)
	empty := n.Page("/?lang=" + string(pseudo))
	checkLiteral(t, names, "/ while empty", empty)
	if !strings.Contains(empty, "⟪Ŧĥé šĥéłṽéš") {
		t.Fatalf("the page does not speak the pseudo-locale: %.800s", empty)
	}
	checkLiteral(t, names, "an empty library", n.Page("/browse")+n.Page("/search?q=ψωμί"))
	n.Import(knowledge.Options{IDColumn: "id"}, nodetest.Text("greek.jsonl", greek))
	n.Learn()
	admin := n.SetUp()
	admin.Get("/?lang=" + string(pseudo))
	for who, v := range map[string]*nodetest.Visitor{"a visitor": n.Visitor, "an administrator": admin} {
		walked := walk(t, v, func(path, page string) { checkLiteral(t, names, who+" on "+path, page) })
		if walked < 12 {
			t.Errorf("%s walked %d pages only", who, walked)
		}
	}
	for path, status := range map[string]int{"/nowhere": 404, "/r/gone": 404, "/search?limit=1000": 0, "/search?q=" + strings.Repeat("α", 3000): 0,
		"/search?kind=none&language=λλ&q=χέρια": 200, "/search?q=χέρια&qlang=el&kind=guideline&topic=ipc": 200, "/setup/gone": 0} {
		a := n.Get(path)
		if status != 0 && a.Status != status {
			t.Errorf("GET %.60s: %d, want %d", path, a.Status, status)
		}
		checkLiteral(t, names, path, a.Body)
	}
	wrong := n.Post("/sign-in", "/sign-in", url.Values{"email": {"ψ@example.org"}, "password": {"οχι"}})
	checkLiteral(t, names, "a wrong password", wrong.Body)
	forged := n.Do(http.MethodPost, "/sign-in", strings.NewReader("email=x"), "Content-Type", "application/x-www-form-urlencoded")
	checkLiteral(t, names, "a forged form", forged.Body)
}

// walk follows the links of a site from its first page on, and gives every page
// to see.
func walk(t *testing.T, v *nodetest.Visitor, see func(path, page string)) int {
	t.Helper()
	const most = 80
	link := regexp.MustCompile(`href="(/[^"]*)"`)
	next, seen := []string{"/"}, map[string]bool{"/": true}
	walked := 0
	for len(next) > 0 && walked < most {
		path := next[0]
		next = next[1:]
		a := v.Get(path)
		if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || a.Status >= 300 {
			continue
		}
		walked++
		see(path, a.Body)
		for _, m := range link.FindAllStringSubmatch(a.Body, -1) {
			to, _, _ := strings.Cut(html.UnescapeString(m[1]), "#")
			if asked, err := url.Parse(to); err != nil || strings.ContainsAny(asked.Query().Get("q"), "aeiou") {
				continue // an example of a question: what is asked stands in the title
			}
			if seen[to] || strings.Contains(to, "lang=") && !strings.Contains(to, "lang=el") || strings.HasPrefix(to, "/api") || to == "/style" {
				continue
			}
			seen[to] = true
			next = append(next, to)
		}
	}
	return walked
}

// languageNames are the names of languages and countries a page may hold: they
// come from tables, not from texts.
func languageNames(n *nodetest.Node) []string {
	var names []string
	for _, lang := range append(append(n.Catalog.Langs(), "el"), knowledge.Tongues()...) {
		names = append(names, i18n.Autonym(lang), n.Catalog.Printer(pseudo).LangName(lang))
	}
	for _, c := range i18n.Countries() {
		names = append(names, c.Name("en"))
	}
	names = append(names, "Test Center", "Ada Admin", nodetest.AdminEmail)
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	return names
}

// spokenAttributes are read to people.
var spokenAttributes = []string{"title", "placeholder", "alt", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "label", "summary"}

// layoutAttributes fix sizes or directions that longer texts would break.
var layoutAttributes = []string{"style", "width", "height", "nowrap", "align", "valign", "bgcolor", "cols", "size", "cellspacing"}

// checkLiteral looks for text that no catalog gave and for attributes that
// longer texts would break.
func checkLiteral(t *testing.T, names []string, where, page string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	look := func(what, text string) {
		if found := literalIn(names, text); found != "" && !told[found] {
			told[found] = true
			t.Errorf("%s: %s holds %q, which comes from no catalog", where, what, found)
		}
	}
	var visit func(*html.Node)
	visit = func(e *html.Node) {
		switch {
		case e.Type == html.TextNode:
			look("<"+e.Parent.Data+">", e.Data)
			return
		case e.Data == "code" && e.FirstChild != nil && strings.HasPrefix(e.FirstChild.Data, "sameboat "):
			return // a command, typed as it stands
		case e.Type == html.ElementNode && slices.Contains([]string{"script", "style", "link"}, e.Data):
			return
		}
		drawn := e.Data == "svg" || e.Data == "img"
		for _, a := range e.Attr {
			switch {
			case a.Key == "lang" && e.Data != "html" && a.Val != string(pseudo):
				return // in another language: data, or a language's own name
			case slices.Contains(spokenAttributes, a.Key), a.Key == "content" && slices.ContainsFunc(e.Attr, func(b html.Attribute) bool { return b.Val == "description" }),
				a.Key == "value" && slices.ContainsFunc(e.Attr, func(b html.Attribute) bool { return b.Key == "type" && b.Val == "submit" }):
				look("the attribute "+a.Key+" of <"+e.Data+">", a.Val)
			case slices.Contains(layoutAttributes, a.Key) && !drawn:
				t.Errorf("%s: <%s %s=%q> breaks with longer texts", where, e.Data, a.Key, a.Val)
			}
		}
		if drawn {
			return
		}
		for child := e.FirstChild; child != nil; child = child.NextSibling {
			visit(child)
		}
	}
	visit(root)
}

// literalIn gives the first piece of text outside the brackets of the
// pseudo-locale that has two Latin letters beside each other.
func literalIn(names []string, text string) string {
	depth := 0
	var out strings.Builder
	for _, r := range text {
		switch {
		case r == '⟪':
			depth++
		case r == '⟫':
			depth--
		case depth == 0:
			out.WriteRune(r)
		}
	}
	rest := out.String()
	for _, name := range names {
		if name != "" {
			rest = strings.ReplaceAll(rest, name, " ")
		}
	}
	rest = allowed.ReplaceAllString(rest, " ")
	for _, word := range strings.FieldsFunc(rest, func(r rune) bool { return !unicode.In(r, unicode.Latin) }) {
		if len([]rune(word)) > 1 && strings.IndexFunc(word, func(r rune) bool { return r < 128 }) >= 0 {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

// TestThePseudoLocaleSees shows the search for literal text what it must find.
func TestThePseudoLocaleSees(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{disguise("Nothing here"): false, disguise("{n} results"): false, "Nothing here": true, disguise("a {n} b") + " Next": true,
		"⟪ŧéẋŧ⟫ · 12 · Sameboat": false, "Kenya": false, "Νοσοκομείο": false, "Suivant": true} {
		if got := literalIn([]string{"Kenya"}, text) != ""; got != want {
			t.Errorf("%q: literal %v, want %v", text, got, want)
		}
	}
	if got := disguise("Give {who} a mask"); !strings.Contains(got, "{who}") || len([]rune(got)) < 20 || literalIn(nil, strings.ReplaceAll(got, "{who}", "5")) != "" {
		t.Errorf("disguised: %q", got)
	}
}
