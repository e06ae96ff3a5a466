package desk_test

import (
	"strings"
	"testing"
	"time"

	"sameboat/desk"
)

// fill puts a small library on the shelf.
func (s *shelf) fill() {
	day := time.Date(2020, 3, 10, 0, 0, 0, 0, time.UTC)
	s.cards = []desk.Card{
		{Title: "Fever clinics: triage when tests run out", Lang: "en", URL: "/r/1", Kind: "Protocol", Meta: []string{"National Institute of Health", "6 languages"}, State: "published", When: day},
		{Title: "新型冠状病毒肺炎诊疗方案（试行第七版）", Lang: "zh", URL: "/r/2", Kind: "Guideline", Meta: []string{"National Health Commission", "中文, English"}, State: "historical", When: day},
		{Title: "كيف يُنظَّم مدخل المستشفى: باب واحد وثلاثة مسارات", Lang: "ar", URL: "/r/3", Kind: "Experience", Meta: []string{"District hospital"}, State: "published", Sample: true, When: day},
		{Title: "Oxygen concentrators: cleaning between patients <b>", Lang: "en", URL: "/r/4", Kind: "Checklist", State: "superseded"},
		{Title: "Repos et rotation des équipes soignantes", Lang: "fr", URL: "/r/5", Kind: "Guideline", Meta: []string{"Réseau hospitalier"}, State: "published", When: day},
		{Title: "Packing specimens for the road", Lang: "en", URL: "/r/6", Kind: "Protocol", Meta: []string{"Reference laboratory"}, State: "published", When: day},
		{Title: "The seventh is not shown", Lang: "en", URL: "/r/7", Kind: "Protocol"},
	}
	s.topics = []desk.Topic{
		{Name: "Infection prevention and control", URL: "/resources?topic=ipc", Count: 412}, {Name: "Case management", URL: "/resources?topic=case", Count: 377},
		{Name: "Laboratory", URL: "/resources?topic=lab", Count: 120}, {Name: "Health workers", URL: "/resources?topic=staff", Count: 64},
		{Name: "Logistics", URL: "/resources?topic=log", Count: 2}, {Name: "Ethics", URL: "/resources?topic=ethics", Count: 1},
	}
	s.figures = desk.Figures{Resources: 2431, Languages: 11, Organisations: 1, AsOf: time.Date(2020, 3, 12, 14, 5, 0, 0, time.UTC)}
}

func TestHomeWithFullShelf(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.shelf.fill()
	for lang, want := range map[string][]string{
		"en": {`lang="en" dir="ltr"`, "<b>2,431</b> <span>resources to read</span>", "<b>1</b> <span>organisation publishing</span>", "412 resources", "1 resource<", "14:05 UTC", ">historical<", ">superseded<", ">sample<"},
		"zh": {`lang="zh" dir="ltr"`, "您想了解什么", "份可阅读的资料", "412 份", "历史资料", "示例"},
		"ar": {`lang="ar" dir="rtl"`, "ماذا تريد أن تعرف", "موردًا للقراءة", "412 موردًا", "تاريخي", "نموذج"},
	} {
		body := h.page("/?lang="+lang, 200)
		for _, piece := range append(want,
			`role="search"`, `action="/search"`, `name="q"`,
			`<a class="t" href="/r/2" lang="zh" dir="ltr">新型冠状病毒肺炎诊疗方案（试行第七版）</a>`,
			`href="/r/3" lang="ar" dir="rtl"`, "&lt;b&gt;", `href="/about#counts"`, `href="/feed.atom"`, `href="/resources"`) {
			if !strings.Contains(body, piece) {
				t.Errorf("%s: the home page lacks %q", lang, piece)
			}
		}
		if strings.Contains(body, "The seventh") || strings.Contains(body, `still empty`) {
			t.Errorf("%s: the home page shows too much", lang)
		}
		if n := strings.Count(body, `href="/search?q=`); n != 5 {
			t.Errorf("%s: %d questions to try, want the 5 in other languages", lang, n)
		}
	}
}

func TestHomeWithEmptyShelfTeaches(t *testing.T) {
	t.Parallel()
	h := open(t)
	for lang, want := range map[string][2]string{
		"en": {"The shelves are still empty", "one-time link"},
		"zh": {"书架还是空的", "一次性链接"},
		"ar": {"الرفوف ما زالت فارغة", "لمرة واحدة"},
	} {
		body := h.page("/?lang="+lang, 200)
		for _, piece := range []string{want[0], want[1], `<code dir="ltr">sameboat import resources FILE…</code>`, `name="q"`} {
			if !strings.Contains(body, piece) {
				t.Errorf("%s: the empty home page lacks %q", lang, piece)
			}
		}
		if strings.Contains(body, `class="figures"`) {
			t.Errorf("%s: the empty home page shows figures of nothing", lang)
		}
	}
	h.person("a@example.org", 1<<4)
	if body := h.page("/?lang=en", 200); strings.Contains(body, "one-time link") || !strings.Contains(body, "still empty") {
		t.Error("with an administrator the empty page still speaks of the set-up link")
	}
}

// TestHomeIsTheSameForAll: what anonymous visitors get may be kept by caches.
func TestHomeIsTheSameForAll(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.shelf.fill()
	res := h.ask("GET", "/", nil)
	if tag, control := res.Header.Get("ETag"), res.Header.Get("Cache-Control"); tag == "" || strings.Contains(control, "private") || len(res.Cookies()) > 0 {
		t.Errorf("ETag %q, Cache-Control %q, cookies %v", tag, control, res.Cookies())
	}
}

func TestAbout(t *testing.T) {
	t.Parallel()
	h := open(t)
	for lang, want := range map[string][]string{
		"en": {"has not been set up yet", "International Health Regulations", "deposit of sequences", "clinical judgement"},
		"zh": {"本站尚未完成设置", "国际卫生条例", "提交序列", "临床判断"},
		"ar": {"لم يُستكمل إعداد هذا الموقع بعد", "اللوائح الصحية الدولية", "إيداع التسلسلات", "الحكم السريري"},
	} {
		body := h.page("/about?lang="+lang, 200)
		for _, piece := range append(want, `id="counts"`, `id="data"`, `id="access"`, "/api/v1/openapi.json", "/feed.atom", "help@example.org") {
			if !strings.Contains(body, piece) {
				t.Errorf("%s: the page about the site lacks %q", lang, piece)
			}
		}
	}
	org, err := h.register.OperatingOrg(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.register.NameOrganisation(t.Context(), org.ID, "fr", "Ministère de la Santé"); err != nil {
		t.Fatal(err)
	}
	if body := h.page("/about?lang=zh", 200); !strings.Contains(body, `<strong lang="fr" dir="ltr">Ministère de la Santé</strong>`) {
		t.Error("the operator's name does not stand on the page, or not in its language")
	}
}
