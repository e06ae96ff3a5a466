package langid

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func detector(t testing.TB) *Detector {
	t.Helper()
	d, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestShortQuestions(t *testing.T) {
	d := detector(t)
	for lang, question := range map[string]string{
		"en": "how should a mask be worn",
		"fr": "comment porter un masque à l'hôpital",
		"es": "cómo debo usar la mascarilla",
		"pt": "como devo usar a máscara no hospital",
		"de": "wie trage ich die Maske richtig",
		"it": "come si indossa la mascherina",
		"id": "bagaimana cara memakai masker di rumah sakit karena",
		"sw": "barakoa inapaswa kuvaliwa vipi hospitalini",
		"so": "sidee loo xidhaa maaskaro isbitaalka",
		"ha": "yaya ake amfani da takunkumin fuska",
		"vi": "đeo khẩu trang thế nào cho đúng",
		"tr": "maske nasıl takılmalı ve ne zaman değiştirilmeli",
		"tl": "paano dapat isuot ang mask sa ospital",
		"ar": "كيف أرتدي الكمامة في المستشفى",
		"fa": "چگونه باید در بیمارستان ماسک زد",
		"ur": "ہسپتال میں ماسک کیسے پہننا چاہیے",
		"ps": "په روغتون کې ماسک څنګه وکاروم",
		"hi": "अस्पताल में मास्क कैसे पहनना चाहिए",
		"mr": "रुग्णालयात मास्क कसा घालावा",
		"ne": "अस्पतालमा मास्क कसरी लगाउने",
		"ru": "как правильно носить маску в больнице",
		"uk": "як правильно носити маску в лікарні",
		"sr": "како се правилно носи маска у болници",
		"zh": "口罩应该怎么戴",
		"ja": "マスクの正しい付け方は何ですか",
		"ko": "마스크를 어떻게 써야 합니까",
		"km": "តើត្រូវពាក់ម៉ាស់យ៉ាងដូចម្តេច",
		"th": "ควรใส่หน้ากากอย่างไร",
		"lo": "ຄວນໃສ່ຜ້າອັດປາກແນວໃດ",
		"my": "နှာခေါင်းစည်းကို ဘယ်လို တပ်ရမလဲ",
		"bn": "হাসপাতালে মাস্ক কীভাবে পরতে হয়",
		"ta": "முகக்கவசம் எப்படி அணிய வேண்டும்",
		"el": "πώς φοριέται η μάσκα",
		"he": "איך חובשים מסכה",
	} {
		got := d.Detect(question, nil)
		if len(got) == 0 || got[0].Lang != lang {
			t.Errorf("Detect(%q) = %v, want %s first", question, got, lang)
		}
	}
}

func TestPriorDecidesBetweenCloseGuesses(t *testing.T) {
	d := detector(t)
	for _, lang := range []string{"en", "fr", "es"} {
		if got := d.Detect("virus", map[string]float64{lang + "-XX": 1}); got[0].Lang != lang {
			t.Errorf("prior %s: Detect(virus) = %v", lang, got)
		}
	}
	if got := d.Detect("dalili za homa ya mapafu ni zipi", map[string]float64{"en": 1}); got[0].Lang != "sw" {
		t.Errorf("a prior must not silence clear Swahili: %v", got)
	}
}

func TestInvariantOfGuesses(t *testing.T) {
	d := detector(t)
	for _, text := range []string{"", "?!… 123 🙂", "a", "COVID-19", "\xff\xfe", strings.Repeat("x", 1<<20), strings.Repeat("的", 50000), "COVID-19 の感染者", "mask 口罩 маска"} {
		sum, last := 0.0, 1.0
		for _, g := range d.Detect(text, nil) {
			if !(g.P > 0) || g.P > last+1e-9 || g.Lang == "" {
				t.Errorf("Detect(%.20q): %v after %v", text, g, last)
			}
			last, sum = g.P, sum+g.P
		}
		if sum > 1+1e-6 {
			t.Errorf("Detect(%.20q) sums to %v", text, sum)
		}
	}
	if got := d.Detect("?!… 123 🙂", nil); got != nil {
		t.Errorf("no letters, yet %v", got)
	}
}

func TestLearnsANewLanguage(t *testing.T) {
	l := NewLearner()
	for range 12000 {
		l.Add("xq", "zorpa blifu krennat vossik umbrelo")
	}
	d := detector(t).With(l)
	if got := d.Detect("krennat zorpa vossik", nil); got[0].Lang != "xq" {
		t.Errorf("learned language not recognised: %v", got)
	}
	if got := d.Detect("quels sont les symptômes de la grippe", nil); got[0].Lang != "fr" {
		t.Errorf("French forgotten: %v", got)
	}
}

func TestProfileRoundTripAndFaults(t *testing.T) {
	d := detector(t)
	var out bytes.Buffer
	if err := d.Write(&out); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(bytes.NewReader(out.Bytes())); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 300_000 {
		t.Errorf("profile has %d bytes", out.Len())
	}
	for _, bad := range [][]byte{nil, []byte("no"), out.Bytes()[:out.Len()/2]} {
		if _, err := Read(bytes.NewReader(bad)); !errors.Is(err, ErrProfile) {
			t.Errorf("Read of %d bytes: %v", len(bad), err)
		}
	}
}
