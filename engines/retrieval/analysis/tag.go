package analysis

import "strings"

// NeutralLang is the language part of terms that belong to no language:
// numbers, codes such as SARS-CoV-2, and words in a script that the language
// of their text does not use. They match across all languages.
const NeutralLang = "und"

// aliases maps subtags that people and files use to the one we index under:
// three-letter codes of ISO 639-3, withdrawn codes, and varieties whose
// written form is shared closely enough to be searched as one.
var aliases = map[string]string{
	"eng": "en", "fra": "fr", "fre": "fr", "spa": "es", "por": "pt", "deu": "de", "ger": "de", "ita": "it",
	"rus": "ru", "ukr": "uk", "pol": "pl", "nld": "nl", "dut": "nl", "tur": "tr", "ell": "el", "gre": "el",
	"ara": "ar", "arb": "ar", "arz": "ar", "apc": "ar", "fas": "fa", "per": "fa", "pes": "fa", "prs": "fa",
	"urd": "ur", "hin": "hi", "ben": "bn", "mar": "mr", "npi": "ne", "nep": "ne", "tam": "ta", "tel": "te",
	"zho": "zh", "chi": "zh", "cmn": "zh", "yue": "zh", "wuu": "zh", "jpn": "ja", "kor": "ko",
	"vie": "vi", "tha": "th", "lao": "lo", "khm": "km", "mya": "my", "bur": "my", "ind": "id", "in": "id",
	"msa": "ms", "may": "ms", "zsm": "ms", "tgl": "tl", "fil": "tl", "swa": "sw", "swh": "sw", "swc": "sw",
	"som": "so", "hau": "ha", "amh": "am", "tir": "ti", "orm": "om", "gaz": "om", "kin": "rw", "zul": "zu",
	"lug": "lg", "lin": "ln", "pus": "ps", "pbt": "ps", "kmr": "ku", "kur": "ku", "heb": "he", "iw": "he",
	"nb": "no", "nn": "no", "nob": "no", "nno": "no", "nor": "no", "mo": "ro", "ron": "ro", "rum": "ro",
	"sh": "sr", "srp": "sr", "swe": "sv", "dan": "da", "fin": "fi", "hun": "hu", "ces": "cs", "cze": "cs",
}

// Canonical reduces a language tag to the code that terms carry: the primary
// subtag in lower case, with aliases resolved (es-LA and es_XX are es, fil is
// tl, zh-Hant is zh). An empty or malformed tag becomes [NeutralLang].
func Canonical(tag string) string {
	end := 0
	for end < len(tag) && tag[end] != '-' && tag[end] != '_' {
		c := tag[end] | 0x20
		if c < 'a' || c > 'z' {
			return NeutralLang
		}
		end++
	}
	if end < 2 || end > 8 {
		return NeutralLang
	}
	primary := strings.ToLower(tag[:end])
	if to, ok := aliases[primary]; ok {
		return to
	}
	return primary
}

// LangOf returns the language part of a term ("fr" of "fr:masqu").
func LangOf(term string) string {
	lang, _, _ := strings.Cut(term, ":")
	return lang
}

// StemOf returns the part of a term after its language ("masqu" of "fr:masqu").
func StemOf(term string) string {
	_, stem, _ := strings.Cut(term, ":")
	return stem
}
