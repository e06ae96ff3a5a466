package nodetest_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"sameboat/facts"
	"sameboat/kernel/identity"
	"sameboat/nodetest"
)

// member makes somebody with roles in an organisation and gives their browser.
func member(t *testing.T, n *nodetest.Node, name string, org facts.ID, roles identity.Roles) *nodetest.Visitor {
	t.Helper()
	email := strings.ToLower(name) + "@people.example"
	if _, err := n.Identity.CreatePerson(t.Context(), identity.NewPerson{Name: name, Email: email, Lang: "en", Password: nodetest.AdminPassword, Org: org, Roles: roles}); err != nil {
		t.Fatal(err)
	}
	return n.SignIn(email, nodetest.AdminPassword)
}

// hospital makes an organisation with a posting right.
func hospital(t *testing.T, n *nodetest.Node, posting identity.Posting) facts.ID {
	t.Helper()
	org, err := n.Identity.CreateOrganisation(t.Context(), "District hospital", "en", "KE")
	if err != nil {
		t.Fatal(err)
	}
	operator, err := n.Identity.OperatingOrg(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Identity.Vet(t.Context(), identity.CommandLine(operator.ID), org.ID, posting, "known to us"); err != nil {
		t.Fatal(err)
	}
	return org.ID
}

// form reads the fields of the editor's form as a browser would send them.
func form(page string) url.Values {
	out := url.Values{}
	inside := page[strings.Index(page, `id="text"`):]
	inside = inside[:strings.Index(inside, "</form>")]
	for _, m := range regexp.MustCompile(`<input type="hidden" name="(m-\d+|base|meta)" value="([^"]*)"`).FindAllStringSubmatch(inside, -1) {
		out.Set(m[1], m[2])
	}
	for _, m := range regexp.MustCompile(`(?s)<textarea id="[^"]*" name="([^"]*)"[^>]*>(.*?)</textarea>`).FindAllStringSubmatch(inside, -1) {
		out.Set(m[1], nodetest.Unescape(m[2]))
	}
	for _, m := range regexp.MustCompile(`<input type="(?:text|url|date)" id="[^"]*" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(inside, -1) {
		out.Set(m[1], nodetest.Unescape(m[2]))
	}
	for _, m := range regexp.MustCompile(`(?s)<select id="[^"]*" name="([^"]*)".*?</select>`).FindAllStringSubmatch(inside, -1) {
		if chosen := regexp.MustCompile(`<option value="([^"]*)"[^>]* selected>`).FindStringSubmatch(m[0]); chosen != nil {
			out.Set(m[1], chosen[1])
		}
	}
	for _, m := range regexp.MustCompile(`<input type="checkbox" name="([^"]*)" value="([^"]*)" checked>`).FindAllStringSubmatch(inside, -1) {
		out.Add(m[1], m[2])
	}
	return out
}

// change sends the editor's form with some fields changed.
func change(t *testing.T, v *nodetest.Visitor, path string, fields ...string) nodetest.Answer {
	t.Helper()
	sent := form(v.Page(path))
	for i := 0; i+1 < len(fields); i += 2 {
		sent.Set(fields[i], fields[i+1])
	}
	return v.Post(path, path, sent)
}

// to asserts a redirect and gives where it leads.
func to(t *testing.T, a nodetest.Answer, want string) string {
	t.Helper()
	where := a.Header.Get("Location")
	if a.Status != http.StatusSeeOther || !strings.Contains(where, want) {
		t.Fatalf("%d to %q, want a redirect to %s: %.1500s", a.Status, where, want, a.Body)
	}
	return where
}

// TestWriting: somebody writes a text passage by passage, another translates it,
// a third reviews it; everything typed stays, and anchors stay where they were.
func TestWriting(t *testing.T) {
	t.Parallel()
	nodetest.Each(t, func(t *testing.T, n *nodetest.Node) {
		n.SetUp()
		org := hospital(t, n, identity.Trusted)
		amina, rene := member(t, n, "Amina", org, identity.Contributor), member(t, n, "Rene", org, identity.Reviewer)
		stranger := member(t, n, "Stranger", hospital(t, n, identity.Trusted), identity.Contributor|identity.Reviewer)

		// Begin, type, arrange.
		edit := to(t, amina.Post("/write", "/write", url.Values{"title": {"Triage at the gate"}, "kind": {"guideline"}, "original": {"en"}}), "/edit")
		to(t, change(t, amina, edit, "t-0", "# Before the gate\n\nAsk everybody about fever.", "do", "add-0"), "#b-0")
		to(t, change(t, amina, edit, "t-1", "Give a mask to who coughs.", "do", "add-1"), "#b-1")
		to(t, change(t, amina, edit, "t-2", "Wash your hands.", "do", "up-2"), "#b-2")
		page := amina.Page(edit)
		if wash, mask := strings.Index(page, "Wash your hands"), strings.Index(page, "Give a mask"); wash < 0 || wash > mask {
			t.Errorf("the passage did not move up")
		}
		if !strings.Contains(amina.Page("/write"), "Triage at the gate") {
			t.Error("what was begun is not listed")
		}
		if a := stranger.Get(edit); a.Status != http.StatusNotFound {
			t.Errorf("a stranger opens it: %d", a.Status)
		}

		// A wrong field is named, and nothing is lost.
		a := change(t, amina, edit, "countries", "KE, Atlantis", "do", "save")
		if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "ATLANTIS") || !strings.Contains(a.Body, "Wash your hands") {
			t.Fatalf("a wrong country: %d %.800s", a.Status, a.Body)
		}
		// A guideline waits for a second person, whoever wrote it.
		draft := to(t, change(t, amina, edit, "countries", "KE", "topics", "ipc", "do", "publish"), "done=publish")
		if page := amina.Page(draft); !strings.Contains(page, "waits for review") || strings.Contains(page, `value="publish"`) {
			t.Errorf("the writer may publish: %.2000s", page)
		}
		if got := n.Find("cough mask", "en"); got.Total != 0 {
			t.Errorf("a draft is found by anybody")
		}
		resource := strings.TrimSuffix(strings.Split(draft, "/draft")[0], "/")
		if a := n.Get(resource); a.Status != http.StatusNotFound {
			t.Errorf("anybody sees the draft: %d", a.Status)
		}
		if a := stranger.Get(draft); a.Status != http.StatusNotFound {
			t.Errorf("a stranger sees the draft: %d", a.Status)
		}
		version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(rene.Page(draft))[1]
		to(t, rene.Post(draft, resource+"/draft", url.Values{"version": {version}, "do": {"publish"}}), resource)
		first := anchors(n.Page(resource))
		if len(first) != 3 {
			t.Fatalf("the text has the passages %v", first)
		}
		n.WaitFound("cough mask", "en")

		// A translation, beside its original; one row stays empty.
		french := to(t, change(t, amina, resource+"/edit", "do", "language", "to", "fr"), "in=fr")
		page = amina.Page(french)
		if strings.Count(page, ">not translated yet<") != 3 || !strings.Contains(page, "Give a mask") {
			t.Errorf("the rows of a translation: %d, %s", strings.Count(page, "not translated yet"), page[strings.Index(page, "<ol class=\"blocks"):])
		}
		published := to(t, change(t, amina, french, "title", "Triage à la porte", "t-0", "# Devant la porte\n\nDemandez à chacun s’il a de la fièvre.", "t-2", "Donnez un masque à qui tousse.", "do", "send"), "/draft")
		version = regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(rene.Page(published))[1]
		to(t, rene.Post(published, resource+"/draft", url.Values{"version": {version}, "do": {"publish"}}), resource)
		if second := anchors(n.Page(resource + "?in=en")); strings.Join(first, " ") != strings.Join(second, " ") {
			t.Errorf("the anchors of the original moved: %v, then %v", first, second)
		}
		if fr := anchors(n.Page(resource + "?in=fr")); len(fr) != 2 || fr[0] != first[0] || fr[1] != first[2] {
			t.Errorf("the translation stands at %v, the original at %v", fr, first)
		}
		// The original changes: the translation says that it is behind.
		to(t, change(t, amina, resource+"/edit", "t-2", "Give a mask to who coughs or sneezes.", "do", "keep"), "/edit")
		if page := amina.Page(resource + "/edit?in=fr"); strings.Count(page, "the original has changed") != 1 {
			t.Errorf("the translation does not say what is out of date: %d", strings.Count(page, "the original has changed"))
		}
		n.Check()
	})
}

// anchors lists the passages of a page.
func anchors(page string) (list []string) {
	for _, m := range regexp.MustCompile(`id="(p-[a-z0-9]+)"`).FindAllStringSubmatch(page, -1) {
		list = append(list, m[1])
	}
	return list
}

// TestTwoWriteAtOnce: neither loses a word, and what only one changed joins by
// itself.
func TestTwoWriteAtOnce(t *testing.T) {
	t.Parallel()
	n := nodetest.Start(t, nodetest.Unhurried)
	n.SetUp()
	org := hospital(t, n, identity.Trusted)
	ann, bob := member(t, n, "Ann", org, identity.Contributor), member(t, n, "Bob", org, identity.Contributor)
	edit := to(t, ann.Post("/write", "/write", url.Values{"title": {"Oxygen"}, "kind": {"experience"}, "original": {"en"}}), "/edit")
	to(t, change(t, ann, edit, "t-0", "One.", "do", "add-0"), "/edit")
	to(t, change(t, ann, edit, "t-1", "Two.", "do", "add-1"), "/edit")
	resource := strings.Split(to(t, change(t, ann, edit, "t-2", "Three.", "do", "publish"), "/r/"), "?")[0]

	to(t, change(t, ann, resource+"/edit", "t-0", "One by Ann.", "t-1", "Two by Ann.", "issuer", "Ann’s ward", "do", "keep"), "/edit")
	to(t, change(t, bob, resource+"/edit", "t-1", "Two by Bob.", "t-2", "Three by Bob.", "do", "publish"), resource)
	conflict := to(t, change(t, ann, resource+"/edit", "do", "publish"), "/conflict")
	page := ann.Page(conflict)
	for _, want := range []string{"Two by Ann.", "Two by Bob.", "1 passage or field"} {
		if !strings.Contains(page, want) {
			t.Errorf("the conflict page lacks %q: %.2500s", want, page)
		}
	}
	key := regexp.MustCompile(`name="(take\.[^"]+)"`).FindStringSubmatch(page)[1]
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(page)[1]
	to(t, ann.Post(conflict, conflict, url.Values{"version": {version}, key: {"both"}}), "/edit")
	to(t, change(t, ann, resource+"/edit", "do", "publish"), resource)
	page = n.Page(resource)
	for _, want := range []string{"One by Ann.", "Two by Ann.", "Two by Bob.", "Three by Bob.", "Ann’s ward"} {
		if !strings.Contains(page, want) {
			t.Errorf("after both wrote, the page lacks %q", want)
		}
	}
	n.Check()
}

// TestHostileFiles: what is not what it says is refused, and what is taken cannot
// act.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	n := nodetest.Start(t, nodetest.Unhurried)
	n.SetUp()
	eve := member(t, n, "Eve", hospital(t, n, identity.Trusted), identity.Contributor)
	edit := to(t, eve.Post("/write", "/write", url.Values{"title": {"Files"}, "kind": {"experience"}, "original": {"en"}}), "/edit")
	send := func(name, content string) nodetest.Answer {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		w.WriteField("csrf", nodetest.Token(eve.Page(edit)))
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		part.Write([]byte(content))
		w.Close()
		return eve.Do(http.MethodPost, strings.TrimSuffix(edit, "/edit")+"/files", &body, "Content-Type", w.FormDataContentType())
	}
	for _, c := range [][2]string{{"page.html", "<script>alert(1)</script>"}, {"really.pdf", "<html><script>alert(1)</script>"}, {"draw.svg", "<svg onload='alert(1)'/>"},
		{"table.csv", "<html>"}, {"note.txt", "a\x00b"}, {"empty.pdf", ""}, {"noending", "text"}} {
		if a := send(c[0], c[1]); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, c[0]) {
			t.Errorf("%s: %d", c[0], a.Status)
		}
	}
	to(t, send(`..\..\etc/pass"wd.pdf`, "%PDF-1.4\n…"), "#files")
	page := eve.Page(edit)
	if strings.Contains(page, "..") || !strings.Contains(page, "pass_wd.pdf") {
		t.Errorf("the name of a file: %.200s", page[strings.Index(page, `id="files"`):])
	}
	href := regexp.MustCompile(`href="(/r/[^"]+/draft/file/[^"]+)"`).FindStringSubmatch(page)[1]
	a := eve.Get(href)
	if a.Status != 200 || a.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file is sent as %v", a.Header)
	}
	if a := n.Get(href); a.Status == 200 {
		t.Error("anybody gets the file of a draft")
	}
	// Ten thousand tags are refused, not stored.
	fields := form(page)
	fields["topics"] = make([]string, 0, 9000)
	for i := range 9000 {
		fields["topics"] = append(fields["topics"], "t"+strings.Repeat("x", i%7)+string(rune('a'+i%26))+string(rune('a'+i/26%26))+string(rune('a'+i/676%26)))
	}
	fields.Set("do", "save")
	if a := eve.Post(edit, edit, fields); a.Status != http.StatusUnprocessableEntity && a.Status != http.StatusBadRequest && a.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("ten thousand tags: %d", a.Status)
	}
}

// TestWordsOutliveTheSession: a form sent when the session is over comes back
// with all that was typed, but only to a page of this site.
func TestWordsOutliveTheSession(t *testing.T) {
	t.Parallel()
	n := nodetest.Start(t, nodetest.Unhurried)
	n.SetUp()
	ann := member(t, n, "Ann", hospital(t, n, identity.Trusted), identity.Contributor)
	edit := to(t, ann.Post("/write", "/write", url.Values{"title": {"Words"}, "kind": {"experience"}, "original": {"en"}}), "/edit")
	sent := form(ann.Page(edit))
	sent.Set("csrf", nodetest.Token(ann.Page(edit)))
	sent.Set("t-0", "An hour of typing.")
	sent.Set("do", "save")
	to(t, ann.Post(edit, "/sign-out", nil), "/")
	for site, want := range map[string]bool{"same-origin": true, "": false} {
		a := ann.Do(http.MethodPost, edit, strings.NewReader(sent.Encode()), "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", site)
		if has := strings.Contains(a.Body, "An hour of typing."); a.Status != http.StatusUnauthorized && a.Status != http.StatusForbidden || has != want {
			t.Errorf("sent from %q after signing out: %d, the words are there: %v", site, a.Status, has)
		}
	}
}
