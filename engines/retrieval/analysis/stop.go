package analysis

import (
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/ar"
	"github.com/blevesearch/bleve/v2/analysis/lang/bg"
	"github.com/blevesearch/bleve/v2/analysis/lang/ca"
	"github.com/blevesearch/bleve/v2/analysis/lang/ckb"
	"github.com/blevesearch/bleve/v2/analysis/lang/cs"
	"github.com/blevesearch/bleve/v2/analysis/lang/da"
	"github.com/blevesearch/bleve/v2/analysis/lang/de"
	"github.com/blevesearch/bleve/v2/analysis/lang/el"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/analysis/lang/eu"
	"github.com/blevesearch/bleve/v2/analysis/lang/fa"
	"github.com/blevesearch/bleve/v2/analysis/lang/fi"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/lang/ga"
	"github.com/blevesearch/bleve/v2/analysis/lang/gl"
	"github.com/blevesearch/bleve/v2/analysis/lang/hi"
	"github.com/blevesearch/bleve/v2/analysis/lang/hr"
	"github.com/blevesearch/bleve/v2/analysis/lang/hu"
	"github.com/blevesearch/bleve/v2/analysis/lang/hy"
	"github.com/blevesearch/bleve/v2/analysis/lang/id"
	"github.com/blevesearch/bleve/v2/analysis/lang/it"
	"github.com/blevesearch/bleve/v2/analysis/lang/nl"
	"github.com/blevesearch/bleve/v2/analysis/lang/no"
	"github.com/blevesearch/bleve/v2/analysis/lang/pl"
	"github.com/blevesearch/bleve/v2/analysis/lang/pt"
	"github.com/blevesearch/bleve/v2/analysis/lang/ro"
	"github.com/blevesearch/bleve/v2/analysis/lang/ru"
	"github.com/blevesearch/bleve/v2/analysis/lang/sv"
	"github.com/blevesearch/bleve/v2/analysis/lang/tr"
)

// bleveStops are bleve's lists, one word a line.
var bleveStops = map[string][]byte{
	"ar": ar.ArabicStopWords, "bg": bg.BulgarianStopWords, "ca": ca.CatalanStopWords, "ckb": ckb.SoraniStopWords,
	"cs": cs.CzechStopWords, "da": da.DanishStopWords, "de": de.GermanStopWords, "el": el.GreekStopWords,
	"en": en.EnglishStopWords, "es": es.SpanishStopWords, "eu": eu.BasqueStopWords, "fa": fa.PersianStopWords,
	"fi": fi.FinnishStopWords, "fr": fr.FrenchStopWords, "ga": ga.IrishStopWords, "gl": gl.GalicianStopWords,
	"hi": hi.HindiStopWords, "hr": hr.CroatianStopWords, "hu": hu.HungarianStopWords, "hy": hy.ArmenianStopWords,
	"id": id.IndonesianStopWords, "it": it.ItalianStopWords, "nl": nl.DutchStopWords, "no": no.NorwegianStopWords,
	"pl": pl.PolishStopWords, "pt": pt.PortugueseStopWords, "ro": ro.RomanianStopWords, "ru": ru.RussianStopWords,
	"sv": sv.SwedishStopWords, "tr": tr.TurkishStopWords,
}

// ownStops are words of grammar in languages for which bleve has no list.
var ownStops = map[string]string{
	"sw": "na ya wa kwa ni za la katika kama au hii hiyo huo huu hizo hizi hao hawa yake wake wao yao vya cha pia lakini bado kutoka hadi baada kabla tu sana kila mwa pa ambayo ambao ambaye ambazo si ili kuwa je",
	"ur": "کے کی کا میں سے اور ہے کو یہ اس پر نے ہیں ایک وہ کہ تھا تھی تھے ہو کر بھی ان جو گیا یا تو لئے لیے کیا ہی ساتھ اپنے اپنی ہوتا ہوتی ہوتے رہا رہی رہے",
	"ms": "dan yang di ke dari pada untuk dengan adalah ini itu oleh atau tidak dalam akan telah juga sebagai",
	"vi": "và của là có được cho các trong với một những này đã để khi từ hoặc không ở bị do như cũng về đến",
	"zh": "的 了 和 是 在 与 及 或 也 而 且 之 其 于 等 这 那 都 就 被 把 从 对 以 为 並 並且 與 這",
	"ja": "の に は を が と で も た て な だ へ や か",
	"sr": "i u je se na da su za od sa koji koja koje kao ne to ili a o po iz ali do bi",
	"uk": "і в у на з до за що та не як для це від або про при по є був була було були його її їх також",
	"bn": "এবং ও এই একটি করে করা হয় থেকে জন্য সাথে যে না কি তার বা হতে পারে",
	"mr": "आणि आहे च्या या हे की व तो ती ते नाही किंवा आहेत साठी",
	"ne": "र छ को मा यो हो पनि छन् वा लागि",
	"ps": "د او په چې کې سره دا له ته نه یا دی ده کوي لپاره څخه",
	"tl": "ang ng sa na mga at ay para ito o may kung hindi ni si nang mula",
	"so": "oo iyo ka u ku waa in la ah ee ama leh ay",
	"ha": "da a na ta ya ko ba ne don cikin wani ga su ce kuma daga",
	"am": "እና ነው ላይ ወደ ውስጥ ይህ ወይም እንደ",
	"km": "និង នៃ ការ ដែល ក្នុង ជា បាន ទៅ ឬ នេះ មាន",
	"th": "และ ของ ที่ ใน เป็น การ มี ได้ ให้ จะ หรือ",
}

// askingWords are the words that questions begin with, where the lists lack
// them: they say that something is asked, not what.
var askingWords = map[string]string{
	"ar": "كيف ماذا متى أين اين لماذا كم هل",
	"de": "wann wer warum wieso wieviel wieviele",
	"en": "whose",
	"es": "cómo cuándo dónde cuál cuáles quién quiénes cuánto cuánta cuántos cuántas",
	"fa": "کجا",
	"fr": "comment quoi quand où pourquoi combien lequel laquelle lesquels lesquelles",
	"hi": "कैसे क्या कब कहाँ क्यों कितने कितना",
	"pt": "onde quais quanto quanta quantos quantas porquê",
	"ru": "какие почему зачем сколько каков какова",
	"sw": "vipi nini lini wapi nani gani",
	"ur": "کیسے کب کہاں کون کیوں کتنے",
	"zh": "什么 怎么 如何 哪些 多少",
}

// stopWords returns the words of a language that carry no meaning alone.
func stopWords(lang string) map[string]bool {
	asking := strings.Fields(askingWords[lang])
	if list, ok := ownStops[lang]; ok {
		return stopSet(lang, append(strings.Fields(list), asking...))
	}
	list, ok := bleveStops[lang]
	if !ok {
		return nil
	}
	words := analysis.NewTokenMap()
	if err := words.LoadBytes(list); err != nil {
		return nil
	}
	all := asking
	for word := range words {
		all = append(all, word)
	}
	return stopSet(lang, all)
}

func stopSet(lang string, words []string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, word := range words {
		set[foldCase(lang, word)] = true
	}
	return set
}
