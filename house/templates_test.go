package house

import (
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"text/template/parse"
	"unicode"

	"golang.org/x/net/html"
)

// spelledOut are words that stand in templates as they are, each with its
// reason.
var spelledOut = map[string]string{
	"Sameboat": "the name of the program is the same in every language",
}

// insideTags are templates that stand within a tag and hold only attributes.
var insideTags = []string{"langattr", "fieldstate"}

// shownAttributes are the attributes that people read or hear.
var shownAttributes = []string{"title", "alt", "placeholder", "aria-label", "aria-description", "label", "summary"}

// hole stands for whatever a template puts in when it runs.
const hole = "\ufffc"

// templates parses every page of every room: tree name → tree, per file.
func templates(t *testing.T) map[string]map[string]*parse.Tree {
	t.Helper()
	all := map[string]map[string]*parse.Tree{}
	for _, file := range files(t, "..", func(p string) bool { return strings.HasSuffix(p, ".html") && path.Base(path.Dir(p)) == "page" }) {
		trees := map[string]*parse.Tree{}
		tree := parse.New(file)
		tree.Mode = parse.SkipFuncCheck
		if _, err := tree.Parse(read(t, "..", file), "", "", trees); err != nil {
			t.Fatal(err)
		}
		all[file] = trees
	}
	return all
}

// TestTemplatesHoldNoWords finds text that only one language could read.
func TestTemplatesHoldNoWords(t *testing.T) {
	met := map[string]bool{}
	for file, trees := range templates(t) {
		for name, tree := range trees {
			text := flatten(tree.Root)
			if slices.Contains(insideTags, name) {
				met[name] = true
				text = "<p " + text + ">"
			}
			for _, words := range wordsOf(text) {
				if spelledOut[words] != "" {
					met[words] = true
					continue
				}
				t.Errorf("%s holds the words %q: readers of other languages would meet them as they are; make a key in text/*.json", file, words)
			}
		}
	}
	for _, exception := range append(slices.Collect(maps.Keys(spelledOut)), insideTags...) {
		if !met[exception] {
			t.Errorf("stale exception: no template holds %q any more", exception)
		}
	}
}

// TestTemplateWordsAreSeen tries the test above on pages that break it.
func TestTemplateWordsAreSeen(t *testing.T) {
	for text, want := range map[string][]string{
		`<p>{{t "a.b"}} · 12</p>`:                                    nil,
		`<p>Found {{.N}} of them</p>`:                                {"Found", "of them"},
		`<img alt="A boat">{{if .X}}<a title="{{.Y}}">{{end}}`:       {"A boat"},
		`<svg><path d="M2 6l3"/></svg><script src="/x.js"></script>`: nil,
		`{{range .L}}<li>搜索</li>{{else}}<li>nothing</li>{{end}}`:     {"搜索", "nothing"},
	} {
		tree := parse.New("x")
		tree.Mode = parse.SkipFuncCheck
		if _, err := tree.Parse(text, "", "", map[string]*parse.Tree{}); err != nil {
			t.Fatal(err)
		}
		if got := wordsOf(flatten(tree.Root)); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// flatten writes the text of a tree, every branch one after the other, with a
// hole where something is put in.
func flatten(n parse.Node) string {
	var b strings.Builder
	branch := func(x *parse.BranchNode) {
		b.WriteString(flatten(x.List))
		if x.ElseList != nil {
			b.WriteString(flatten(x.ElseList))
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, c := range n.Nodes {
			b.WriteString(flatten(c))
		}
	case *parse.TextNode:
		b.Write(n.Text)
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.ActionNode, *parse.TemplateNode:
		b.WriteString(hole)
	}
	return b.String()
}

// wordsOf gives the texts of a page that hold letters.
func wordsOf(page string) []string {
	var found []string
	add := func(text string) {
		for part := range strings.SplitSeq(text, hole) {
			if part = strings.TrimSpace(part); strings.ContainsFunc(part, unicode.IsLetter) {
				found = append(found, part)
			}
		}
	}
	z := html.NewTokenizer(strings.NewReader(page))
	silent := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return found
		case html.TextToken:
			if silent == "" {
				add(string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			tok := z.Token()
			if tok.Type == html.StartTagToken && (tok.Data == "script" || tok.Data == "style") {
				silent = tok.Data
			}
			for _, a := range tok.Attr {
				if slices.Contains(shownAttributes, a.Key) {
					add(a.Val)
				}
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == silent {
				silent = ""
			}
		}
	}
}

// templateUses finds the messages that templates speak: {{t "key" …}}.
func templateUses(t *testing.T) []use {
	t.Helper()
	var uses []use
	for file, trees := range templates(t) {
		for _, tree := range trees {
			eachCommand(tree.Root, func(c *parse.CommandNode) {
				word, ok := c.Args[0].(*parse.IdentifierNode)
				if !ok || word.Ident != "t" || len(c.Args) < 2 {
					return
				}
				if key, ok := c.Args[1].(*parse.StringNode); ok {
					uses = append(uses, use{at: file, key: key.Text})
				}
			})
		}
	}
	return uses
}

// eachCommand visits every command of a tree, those inside pipes included.
func eachCommand(n parse.Node, fn func(*parse.CommandNode)) {
	branch := func(x *parse.BranchNode) {
		eachCommand(x.Pipe, fn)
		eachCommand(x.List, fn)
		if x.ElseList != nil {
			eachCommand(x.ElseList, fn)
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, c := range n.Nodes {
			eachCommand(c, fn)
		}
	case *parse.ActionNode:
		eachCommand(n.Pipe, fn)
	case *parse.TemplateNode:
		if n.Pipe != nil {
			eachCommand(n.Pipe, fn)
		}
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			fn(c)
			for _, arg := range c.Args {
				eachCommand(arg, fn)
			}
		}
	}
}
