package nodetest_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"

	"sameboat/facts"
	"sameboat/knowledge"
	"sameboat/nodetest"
)

// only are resources of our own that exist in one language, so that a question
// in another can find them only through translation.
const only = `{"id":"en","title":"Rota","lang":"en","kind":"experience","topics":"hww","issuer":"Hospital A","countries":["IT"],"date":"2020-04","body":"How we protected and rotated health workers against infection: two teams, one at work and one at rest."}
{"id":"zh","title":"实验室","lang":"zh","kind":"protocol","topics":"lab","issuer":"医院乙","countries":["CN"],"date":"2020-03","body":"呼吸道标本的采集、包装与运送：三层包装，生物物质 B 类。"}
{"id":"old","title":"Old doses","lang":"en","kind":"protocol","state":"historical","topics":"case","issuer":"Hospital A","countries":["CN"],"date":"2020-02","body":"Chloroquine phosphate twice a day, as was advised in February."}
`

// hostile is a resource whose text tries to run.
const hostile = "---\ntitle: \"<script>alert(1)</script> Wards\"\nlang: en\nkind: public-info\n---\n# Walkabout <img src=x onerror=alert(2)>\n\n" +
	"<script>alert(3)</script> Read [this](javascript:alert(4)) and <a href=\"javascript:alert(5)\" onclick=\"alert(6)\">that</a>.\n\n" +
	"<iframe src=\"https://evil.example\"></iframe><svg onload=alert(7)></svg><style>body{display:none}</style>\n\n![x](data:text/html,alert(8))\n"

const swahili = `en,sw
health workers,wahudumu wa afya
protect,kinga
protected,kuwalinda
infection,maambukizi
`

// TestCenter walks through one node with the sample library, as its first
// visitors do.
func TestCenter(t *testing.T) {
	t.Parallel()
	n := nodetest.Start(t, nodetest.Sample)
	n.Import(knowledge.Options{IDColumn: "id"}, nodetest.Text("only.jsonl", only))
	n.Import(knowledge.Options{}, nodetest.Text("wards.md", hostile))
	n.Glossary(nodetest.Text("sw.csv", swahili))
	n.Learn()
	admin := n.SetUp()

	t.Run("the sample library is there", func(t *testing.T) {
		home := n.Page("/")
		if got := strings.Count(home, "/r/"); got < 3 {
			t.Errorf("the home page leads to %d resources", got)
		}
		if a := n.Find("", "en"); a.Total != 16 {
			t.Errorf("the library holds %d resources, want 12 samples and 4 of ours", a.Total)
		}
		page := n.Page(pathOf(t, n, "fever clinic triage", "en"))
		if !strings.Contains(page, "It is not advice from an authority") {
			t.Error("a sample does not say that it is one")
		}
	})
	t.Run("questions find answers in other languages", func(t *testing.T) { questions(t, n) })
	t.Run("historical is marked everywhere", func(t *testing.T) { historical(t, n) })
	t.Run("nothing hostile reaches a page", func(t *testing.T) { harmless(t, n) })
	t.Run("reading without script", func(t *testing.T) { reading(t, n) })
	t.Run("counts and pages add up", func(t *testing.T) { counts(t, n) })
	t.Run("citations", func(t *testing.T) { citations(t, n) })
	t.Run("the API describes itself", func(t *testing.T) { openAPI(t, n) })
	t.Run("every route answers", func(t *testing.T) { routes(t, n, admin) })
	t.Run("odd questions", func(t *testing.T) { odd(t, n) })
	t.Run("forgery", func(t *testing.T) { forgery(t, n, admin) })
}

// pathOf finds a resource and gives the path of its page in a language.
func pathOf(t *testing.T, n *nodetest.Node, query string, lang facts.Lang) string {
	t.Helper()
	a := n.Find(query, lang)
	if len(a.Hits) == 0 {
		t.Fatalf("%q finds nothing", query)
	}
	return "/r/" + a.Hits[0].ID.String() + "?in=" + string(lang)
}

func questions(t *testing.T, n *nodetest.Node) {
	for _, q := range []struct {
		lang, reader facts.Lang
		text, want   string // a part of the title as the reader sees it
	}{
		{"fr", "zh", "Comment trier les patients fébriles à l’entrée de l’hôpital ?", "发热门诊预检分诊"},
		{"ar", "en", "ما العمل عندما ينقص الأكسجين؟", "Oxygen when supply is short"},
		{"zh", "fr", "听到关于疫情的传言怎么办？", "rumeur"},
		{"es", "ru", "¿Cómo seguir y apoyar a los contactos en cuarentena?", "контакт"},
		{"ru", "es", "Как лежать на животе бодрствующему пациенту?", "boca abajo"},
		{"fr", "en", "protéger les soignants contre les infections : une équipe au travail, une équipe au repos", "Rota"},
		{"en", "en", "collecting, packing and sending respiratory specimens", "实验室"},
		{"sw", "sw", "Jinsi ya kuwalinda wahudumu wa afya dhidi ya maambukizi", "Rota"},
	} {
		page := n.Page("/search?q="+url.QueryEscape(q.text), "Accept-Language", string(q.reader))
		if !strings.Contains(page, "<mark>") {
			t.Errorf("%s: no word is highlighted for %q", q.lang, q.text)
		}
		var a knowledge.Answer
		n.Get("/api/v1/search?lang="+string(q.reader)+"&q="+url.QueryEscape(q.text)).JSON(t, &a)
		if a.QLang != q.lang {
			t.Errorf("%q is taken for %s, want %s", q.text, a.QLang, q.lang)
		}
		if !slices.ContainsFunc(a.Hits[:min(5, len(a.Hits))], func(h knowledge.AnswerHit) bool { return strings.Contains(h.Title, q.want) }) {
			var titles []string
			for _, h := range a.Hits {
				titles = append(titles, h.Title)
			}
			t.Errorf("%s reads %s: %q finds %q first, want %q among them", q.lang, q.reader, q.text, titles, q.want)
		}
	}
}

func historical(t *testing.T, n *nodetest.Node) {
	a := n.Find("chloroquine", "en")
	if len(a.Hits) != 1 || !a.Hits[0].Historical || a.Hits[0].State != "historical" || a.Hits[0].Passage.State != "historical" {
		t.Fatalf("the hit does not say that it is historical: %+v", a.Hits)
	}
	id := a.Hits[0].ID.String()
	page := n.Page("/r/" + id)
	if !strings.Contains(page, "Kept for the record, not to be followed") || !strings.Contains(page, "Historical: not to be followed") {
		t.Error("the page or its passages do not say that the resource is historical")
	}
	if results := n.Page("/search?q=chloroquine"); !strings.Contains(results, `class="warning"`) {
		t.Error("the hit on the page of results carries no warning")
	}
	var r knowledge.ResourceAnswer
	n.Get("/api/v1/resources/"+id).JSON(t, &r)
	if !r.Historical || r.Variants[0].Passages[0].State != "historical" {
		t.Errorf("the API does not say that it is historical: %+v", r)
	}
	feed := parseFeed(t, n.Page("/feed.atom"))
	i := slices.IndexFunc(feed.Items, func(item *gofeed.Item) bool { return strings.Contains(item.Title, "Old doses") })
	if i < 0 || !strings.Contains(feed.Items[i].Title, "[") || !slices.Contains(feed.Items[i].Categories, "Historical") {
		t.Errorf("the feed does not mark what is historical")
	}
	for _, query := range []string{"state=historical", "kind=protocol", "topic=lab&language=zh"} {
		items := parseFeed(t, n.Page("/feed.atom?"+query)).Items
		var found knowledge.Answer
		n.Get("/api/v1/search?limit=100&"+query).JSON(t, &found)
		if len(items) != found.Total || found.Total == 0 {
			t.Errorf("the feed for %s has %d entries, the API counts %d", query, len(items), found.Total)
		}
	}
}

func parseFeed(t *testing.T, text string) *gofeed.Feed {
	t.Helper()
	feed, err := gofeed.NewParser().ParseString(text)
	if err != nil {
		t.Fatalf("no feed reader could read this: %v", err)
	}
	return feed
}

func harmless(t *testing.T, n *nodetest.Node) {
	path := pathOf(t, n, "walkabout", "en")
	id := strings.TrimPrefix(strings.SplitN(path, "?", 2)[0], "/r/")
	for _, address := range []string{path, "/search?q=walkabout", "/r/" + id + "/history", "/browse", "/", "/r/" + id + "/beside?left=en&right=en"} {
		a := n.Get(address)
		if a.Status >= 500 {
			t.Errorf("%s: %d", address, a.Status)
		}
		for _, bad := range []string{"<script>alert", "<img src=x", "onerror=", "onload=", "onclick=", `href="javascript:`, "<iframe", "<style>body", `="data:text`} {
			for _, tag := range tags.FindAllString(a.Body, -1) {
				if strings.Contains(tag, bad) && !strings.HasPrefix(tag, "<meta name=\"description\" content=") {
					t.Errorf("%s holds %q", address, tag)
				}
			}
		}
		if a.Status == 200 && !strings.Contains(a.Header.Get("Content-Security-Policy"), "script-src 'self'") {
			t.Errorf("%s: the policy %q would let foreign script run", address, a.Header.Get("Content-Security-Policy"))
		}
	}
	if page := n.Page(path); !strings.Contains(page, "Walkabout") || !strings.Contains(page, "Wards") {
		t.Error("the harmless part of the text is not shown")
	}
}

// tags finds what a browser would take for an element.
var tags = regexp.MustCompile(`<[a-zA-Z][^>]*>`)

func reading(t *testing.T, n *nodetest.Node) {
	path := pathOf(t, n, "collecting, packing and sending respiratory specimens", "en")
	id := strings.TrimPrefix(strings.SplitN(path, "?", 2)[0], "/r/")
	page := n.Page("/r/" + id + "?in=fr&lang=zh")
	for _, want := range []string{`lang="fr"`, "triple emballage", "<table>", "/r/" + id + "/cite/ris", "/r/" + id + "/beside?", `type="application/ld+json"`, `id="p-`, `href="#`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of a resource, which runs no script here, lacks %q", want)
		}
	}
	for _, l := range []string{"ar", "en", "es", "fr", "ru", "zh"} {
		if !strings.Contains(page, "in="+l) {
			t.Errorf("the page does not lead to the text in %s", l)
		}
	}
	var ld map[string]any
	block := regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`).FindStringSubmatch(page)
	if len(block) < 2 || json.Unmarshal([]byte(block[1]), &ld) != nil || ld["inLanguage"] == nil {
		t.Errorf("the JSON-LD cannot be read: %.300q", block)
	}
	beside := n.Page("/r/" + id + "/beside?left=en&right=ar")
	rows := strings.Split(beside, `<div class="pair">`)
	aligned := 0
	for _, row := range rows[1:] {
		if strings.Contains(row, `lang="en"`) && strings.Contains(row, `lang="ar"`) {
			aligned++
		}
	}
	if aligned < 5 || aligned*10 < (len(rows)-1)*8 {
		t.Errorf("side by side, %d of %d rows have both languages", aligned, len(rows)-1)
	}
	if !slices.ContainsFunc(rows, func(row string) bool {
		return strings.Count(row, "UN 3373") >= 2 && strings.Contains(row, `dir="rtl"`)
	}) {
		t.Error("the row with UN 3373 is not beside its translation")
	}
}

func counts(t *testing.T, n *nodetest.Node) {
	all := collect(t, n, "", 3)
	if len(all) != 16 {
		t.Fatalf("paging by three finds %d resources, want 16", len(all))
	}
	for _, query := range []string{"", "q=patients", "q=ward&language=zh"} {
		var first knowledge.Answer
		n.Get("/api/v1/search?lang=en&limit=100&"+query).JSON(t, &first)
		if got := collect(t, n, query, 2); len(got) != first.Total || len(first.Hits) != first.Total {
			t.Errorf("%q: %d by pages of two, %d in one page, counted %d", query, len(got), len(first.Hits), first.Total)
		}
		for dim, list := range first.Facets {
			for _, c := range list {
				var narrowed knowledge.Answer
				n.Get("/api/v1/search?lang=en&limit=100&"+query+"&"+url.Values{dim: {c.Value}}.Encode()).JSON(t, &narrowed)
				if narrowed.Total != c.N && !strings.Contains(query, dim+"=") {
					t.Errorf("%q: %s=%s is counted as %d and finds %d", query, dim, c.Value, c.N, narrowed.Total)
				}
			}
		}
	}
}

// collect follows the cursors and gives every ID once; one that comes twice
// fails the test.
func collect(t *testing.T, n *nodetest.Node, query string, limit int) []facts.ID {
	t.Helper()
	var ids []facts.ID
	for cursor := ""; ; {
		var a knowledge.Answer
		n.Get(fmt.Sprintf("/api/v1/search?lang=en&limit=%d&%s&cursor=%s", limit, query, url.QueryEscape(cursor))).JSON(t, &a)
		for _, h := range a.Hits {
			if slices.Contains(ids, h.ID) {
				t.Fatalf("%q: %s comes twice", query, h.Title)
			}
			ids = append(ids, h.ID)
		}
		if cursor = a.Next; cursor == "" {
			return ids
		}
	}
}

func citations(t *testing.T, n *nodetest.Node) {
	id := n.Find("rotated health workers", "en").Hits[0].ID.String()
	for format, want := range map[string]string{"bibtex": "title = {", "ris": "TI  - ", "csl-json": `"title"`} {
		a := n.Get("/r/" + id + "/cite/" + format)
		if a.Status != 200 || !strings.Contains(a.Body, want) || !strings.Contains(a.Body, n.URL+"/r/"+id) {
			t.Errorf("%s: %d %.400s", format, a.Status, a.Body)
		}
		if format == "csl-json" && !json.Valid([]byte(a.Body)) {
			t.Errorf("%s is no JSON", format)
		}
	}
	if a := n.Get("/r/" + id + "/cite/napkin"); a.Status != 404 {
		t.Errorf("a format that there is not: %d", a.Status)
	}
}

func openAPI(t *testing.T, n *nodetest.Node) {
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct{ OperationID string }
	}
	n.Get("/api/v1/openapi.json").JSON(t, &doc)
	ids := map[string]string{}
	for path, operations := range doc.Paths {
		for _, o := range operations {
			ids[o.OperationID] = path
		}
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") || !strings.HasSuffix(ids["search"], "/search") || !strings.HasSuffix(ids["getResource"], "/resources/{id}") {
		t.Errorf("OpenAPI %s with %v", doc.OpenAPI, ids)
	}
}

// routes walks every address that the rooms declare, for anybody and for the
// administrator: none may fail, and each must have a rule.
func routes(t *testing.T, n *nodetest.Node, admin *nodetest.Visitor) {
	id := n.Find("rotated health workers", "en").Hits[0].ID.String()
	fill := strings.NewReplacer("{$}", "", "{id}", id, "{number}", "1", "{format}", "ris", "{hash}", strings.Repeat("0", 64), "{token}", "nothing",
		"{name...}", "x.css", "{name}", "x.pdf")
	list := n.Site.Routes()
	if len(list) < 20 {
		t.Fatalf("the site declares only %d routes", len(list))
	}
	for _, r := range list {
		if r.Verb == "" {
			t.Errorf("%s has no rule", r.Name)
		}
		for who, v := range map[string]*nodetest.Visitor{"anybody": nodetest.NewVisitor(t, n.URL), "the administrator": admin} {
			for _, path := range []string{r.Pattern, strings.ReplaceAll(r.Pattern, "{id}", "00000000000000000000000000")} {
				path = fill.Replace(path)
				if strings.Contains(path, "{") {
					t.Errorf("%s: say here what stands for the parts of %s", r.Name, r.Pattern)
					continue
				}
				if r.Method == "POST" && r.Name == "desk.signout" && who == "the administrator" {
					continue // walked by the journey of signing in
				}
				if a := v.Do(r.Method, path, nil); a.Status >= 500 || a.Status == 0 {
					t.Errorf("%s %s for %s: %d %.300s", r.Method, path, who, a.Status, a.Body)
				}
			}
		}
	}
}

func odd(t *testing.T, n *nodetest.Node) {
	for name, q := range map[string]string{
		"punctuation": "?!… «»。、", "one letter": "x", "mixed scripts": "mask 口罩 маска كمامة barakoa", "long": strings.Repeat("fever clinic ", 70),
		"controls": "fever\x00clinic\x1b", "quotes": `"fever' OR 1=1 --`, "spaces": "   ", "right-to-left marks": "\u202efever\u202c",
	} {
		for _, path := range []string{"/search?q=", "/api/v1/search?q="} {
			if a := n.Get(path + url.QueryEscape(q)); a.Status != 200 {
				t.Errorf("%s: %s answers %d %.200s", name, path, a.Status, a.Body)
			}
		}
	}
	for name, q := range map[string]string{"100 kB": strings.Repeat("fever ", 100_000/6), "no UTF-8": "fe\xff\xfever"} {
		for _, path := range []string{"/search?q=", "/api/v1/search?q="} {
			if a := n.Get(path + url.QueryEscape(q)); a.Status < 400 || a.Status >= 500 {
				t.Errorf("%s: %s answers %d", name, path, a.Status)
			} else if strings.Contains(a.Body, "search.query.") && !strings.HasPrefix(path, "/api") {
				t.Errorf("%s: the page shows a bare key", name)
			}
		}
	}
	for _, query := range []string{"limit=-1", "limit=100000", "cursor=" + strings.Repeat("x", 300), "cursor=nonsense", "year=abc", "kind=nonsense", "qlang=%00", "lang=xx"} {
		if a := n.Get("/api/v1/search?q=fever&" + query); a.Status >= 500 {
			t.Errorf("%s: %d %.300s", query, a.Status, a.Body)
		}
	}
}

func forgery(t *testing.T, n *nodetest.Node, admin *nodetest.Visitor) {
	for _, cookie := range []string{"session=forged", "session=" + strings.Repeat("a", 43), "session=' or 1=1", "session=" + strings.Repeat("z", 5000), "__Host-session=forged; csrf=forged"} {
		a := nodetest.NewVisitor(t, n.URL).Get("/", "Cookie", cookie)
		if a.Status != 200 || strings.Contains(a.Body, "Ada Admin") {
			t.Errorf("with the forged cookie %.40s: %d", cookie, a.Status)
		}
	}
	if a := n.Get("/api/v1/search?q=fever", "Authorization", "Bearer forged"); a.Status != 401 {
		t.Errorf("a forged token: %d", a.Status)
	}
	form := "Content-Type"
	kind := "application/x-www-form-urlencoded"
	for name, a := range map[string]nodetest.Answer{
		"no token":        admin.Do("POST", "/sign-out", strings.NewReader(""), form, kind),
		"a made-up token": admin.Do("POST", "/sign-out", strings.NewReader("csrf="+strings.Repeat("A", 86)), form, kind),
		"somebody else's": admin.Do("POST", "/sign-out", strings.NewReader(url.Values{"csrf": {nodetest.Token(n.Page("/sign-in"))}}.Encode()), form, kind),
		"another site":    admin.Do("POST", "/sign-out", strings.NewReader(url.Values{"csrf": {nodetest.Token(admin.Page("/"))}}.Encode()), form, kind, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"),
	} {
		if a.Status != 403 {
			t.Errorf("%s: %d, want 403", name, a.Status)
		}
	}
	if !strings.Contains(admin.Page("/"), "Ada Admin") {
		t.Error("a forged form has signed the administrator out")
	}
	if a := admin.Post("/", "/sign-out", nil); a.Status != 303 || strings.Contains(admin.Page("/"), "Ada Admin") {
		t.Errorf("signing out: %d", a.Status)
	}
}
