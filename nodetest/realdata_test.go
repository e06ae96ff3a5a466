package nodetest_test

import (
	"bufio"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sameboat/facts"
	"sameboat/knowledge"
	"sameboat/nodetest"
)

// shared gives a file or folder of the real data that may lie beside the
// repository, or skips the test.
func shared(t *testing.T, parts ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "shared", "data"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("SKIPPED: the real data is not here (%v)", err)
	}
	return path
}

func onDisk(t *testing.T, parts ...string) knowledge.File {
	t.Helper()
	path := shared(t, parts...)
	stat, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return knowledge.File{Name: filepath.Base(path), Size: stat.Size(), Open: func() (knowledge.Opened, error) { return os.Open(path) }}
}

// tico19 gives the translations of the real data in the languages this test asks
// in, every other one; all in 36 languages would take longer than a test should.
func tico19(t *testing.T, langs ...string) knowledge.File {
	t.Helper()
	f, err := os.Open(shared(t, "parallel", "tico19-dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out strings.Builder
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for i := 0; lines.Scan(); i++ {
		if i%2 == 1 {
			continue
		}
		var row struct {
			Text map[string]string `json:"text"`
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		for tag := range row.Text {
			if !slices.Contains(langs, tag) {
				delete(row.Text, tag)
			}
		}
		b, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(b, '\n'))
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return nodetest.Text("tico19.jsonl", out.String())
}

// TestRealData takes in the Chinese protocol and real answers of many
// institutions, and asks in four languages.
func TestRealData(t *testing.T) {
	t.Parallel()
	n := nodetest.Start(t, nodetest.Unhurried) // with the race detector, learning takes most of the time
	protocol := n.Import(knowledge.Options{Kind: "protocol", State: "historical", Bilingual: []facts.Lang{"zh", "en"}, Date: "2020-03",
		Titles: map[facts.Lang]string{"zh": "新型冠状病毒肺炎诊疗方案", "en": "Diagnosis and treatment protocol"}, Countries: []string{"CN"}, Topics: []string{"case"}},
		onDisk(t, "guidelines", "aligned.tsv"))
	if protocol.New != 1 {
		t.Fatalf("the protocol: %+v", protocol)
	}
	answers := n.Try(knowledge.Options{Kind: "qa"}, onDisk(t, "faq", "jhu", "WhoMyth_v0.3.jsonl"), onDisk(t, "faq", "jhu", "JHU_Medicine_v0.3.jsonl"),
		onDisk(t, "faq", "jhu", "CanadaPublicHealth_v0.3.jsonl"), onDisk(t, "faq", "deepset", "faq_covidbert.csv"), onDisk(t, "faq", "france", "faq.json"))
	t.Logf("answers: %d read, %d new, %d same, %d refused", answers.Read, answers.New, answers.Same, answers.Refused)
	if answers.New < 500 || answers.Refused*20 > answers.Read {
		for _, r := range answers.Refusals[:min(5, len(answers.Refusals))] {
			t.Errorf("%s line %d: %v", r.File, r.Line, r.Fault)
		}
		t.Errorf("of %d answers %d are new and %d refused", answers.Read, answers.New, answers.Refused)
	}
	n.Translations(tico19(t, "en", "fr", "ar", "zh", "sw"))
	n.Glossary(onDisk(t, "glossary", "f_en-ar_AR.csv"), onDisk(t, "glossary", "f_en-fr_XX.csv"), onDisk(t, "glossary", "f_en-sw_KE.csv"), onDisk(t, "glossary", "f_en-zh_CN.csv"))
	n.Learn()
	for _, q := range []struct {
		lang facts.Lang
		text string
		in   facts.Lang // the language in which the answer is written
		want string     // a word of the right passage or title
	}{
		{"fr", "Quelle est la période d’incubation de la maladie ?", "en", "incubation"},
		{"ar", "ما هي فترة حضانة الفيروس وكم يومًا تستمر؟", "en", "incubation"},
		{"zh", "孕妇感染新型冠状病毒的风险更高吗", "en", "pregnan"},
		{"sw", "Je, barakoa hulinda dhidi ya virusi vya korona?", "en", "mask"},
		{"fr", "caractéristiques du coronavirus : enveloppe, particules rondes ou ovales", "zh", "包膜"},
		{"sw", "Je, virusi huambukizwa kupitia matone ya kupumua?", "en", "droplet"},
	} {
		var a knowledge.Answer
		n.Get("/api/v1/search?limit=10&language="+string(q.in)+"&lang="+string(q.in)+"&q="+url.QueryEscape(q.text)).JSON(t, &a)
		if a.QLang != q.lang {
			t.Errorf("%q is taken for %s, want %s", q.text, a.QLang, q.lang)
		}
		right := slices.IndexFunc(a.Hits, func(h knowledge.AnswerHit) bool { return strings.Contains(h.Title+" "+h.Passage.Text, q.want) })
		if right < 0 || right > 4 {
			t.Errorf("%s: %q: the right passage (%s) is at place %d", q.lang, q.text, q.want, right+1)
			for _, h := range a.Hits[:min(3, len(a.Hits))] {
				t.Logf("   %s: %.200s", h.Title, h.Passage.Text)
			}
		}
	}
	for query := range map[string]bool{"chloroquine": true, "利巴韦林": true} {
		for _, h := range n.Find(query, "en").Hits {
			if strings.Contains(h.Title, "protocol") && !h.Historical {
				t.Errorf("%s: the protocol is not marked as historical", query)
			}
		}
	}
}
