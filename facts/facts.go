package facts

import "strings"

// Seq is a fact's place in its node's journal, counted from 1 without gaps.
type Seq int64

// Kind names what happened, in the past tense, with its room before the dot:
// "knowledge.EditionPublished".
type Kind string

// Room gives the part of the kind before the dot.
func (k Kind) Room() string {
	room, _, _ := strings.Cut(string(k), ".")
	return room
}

// Audience says who may ever see a fact. It is fixed when the fact is written:
// a private fact never becomes public, publishing is a fact of its own.
type Audience string

// The audiences, from the widest to the narrowest.
const (
	Public   Audience = "public"   // anybody, and every peer
	Partners Audience = "partners" // peers this node has an agreement with
	Parties  Audience = "parties"  // the organisations named by the thing
	Node     Audience = "node"     // this node alone
)

// Lang is a language by its primary BCP 47 subtag in lower case ("fr", "sw");
// traditional Chinese stands apart as "zh-Hant".
type Lang string

// LangOf reads any way people write a language tag ("es-LA", "pt_BR", "ZH-tw")
// and keeps what matters here: the primary subtag, and zh-Hant apart. It gives
// "" for what is no tag.
func LangOf(tag string) Lang {
	tag = strings.ToLower(strings.ReplaceAll(strings.TrimSpace(tag), "_", "-"))
	primary, rest, _ := strings.Cut(tag, "-")
	if len(primary) < 2 || len(primary) > 3 || strings.Trim(primary, "abcdefghijklmnopqrstuvwxyz") != "" {
		return ""
	}
	if primary == "zh" {
		for part := range strings.SplitSeq(rest, "-") {
			switch part {
			case "hant", "tw", "hk", "mo":
				return "zh-Hant"
			case "hans":
				return "zh"
			}
		}
	}
	return Lang(primary)
}

// Country is an ISO 3166-1 alpha-2 code in upper case.
type Country string

// Hash is the SHA-256 of a blob, in 64 lower-case hexadecimal digits.
type Hash string
