package prose

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdownParser reads the source of passages. It knows no HTML blocks: HTML
// is inline, where tags are dropped and the text between them stays.
var markdownParser = newMarkdownParser()

func newMarkdownParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(noteParser{}, 50),
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(append(parser.DefaultInlineParsers(),
			util.Prioritized(noteRefParser{}, 90),
			util.Prioritized(extension.NewStrikethroughParser(), 500),
			util.Prioritized(extension.NewLinkifyParser(), 999),
		)...),
		parser.WithParagraphTransformers(
			util.Prioritized(parser.LinkReferenceParagraphTransformer, 100),
			util.Prioritized(extension.NewTableParagraphTransformer(), 200),
		),
	)
}

func parseMarkdown(source []byte) ast.Node {
	return markdownParser.Parse(text.NewReader(source))
}

var (
	kindNote    = ast.NewNodeKind("Note")
	kindNoteRef = ast.NewNodeKind("NoteRef")
)

// A note is the text of a footnote, numbered as its author did: passages are
// read one by one, so numbers cannot be given anew.
type note struct {
	ast.BaseBlock
	label string
}

func (n *note) Kind() ast.NodeKind            { return kindNote }
func (n *note) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// A noteRef is a reference to a footnote, "[^label]".
type noteRef struct {
	ast.BaseInline
	label string
}

func (n *noteRef) Kind() ast.NodeKind            { return kindNoteRef }
func (n *noteRef) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// noteParser reads "[^label]: text".
type noteParser struct{}

func (noteParser) Trigger() []byte { return []byte{'['} }

func (noteParser) Open(parent ast.Node, reader text.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	label := noteLabel(string(line[:min(len(line), 80)]))
	if label == "" || parent.Kind() != ast.KindDocument {
		return nil, parser.NoChildren
	}
	reader.Advance(bytes.IndexByte(line, ':') + 1)
	return &note{label: label}, parser.HasChildren
}

func (noteParser) Continue(_ ast.Node, reader text.Reader, _ parser.Context) parser.State {
	line, _ := reader.PeekLine()
	if blank(string(line)) || noteLabel(string(line[:min(len(line), 80)])) != "" {
		return parser.Close
	}
	return parser.Continue | parser.HasChildren
}

func (noteParser) Close(ast.Node, text.Reader, parser.Context) {}
func (noteParser) CanInterruptParagraph() bool                 { return false }
func (noteParser) CanAcceptIndentedLine() bool                 { return false }

// noteRefParser reads "[^label]".
type noteRefParser struct{}

func (noteRefParser) Trigger() []byte { return []byte{'['} }

func (noteRefParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if len(line) < 4 || line[1] != '^' {
		return nil
	}
	end := bytes.IndexByte(line[:min(len(line), 64)], ']')
	if end < 3 {
		return nil
	}
	label := cleanLabel(string(line[2:end]))
	if label == "" {
		return nil
	}
	block.Advance(end + 1)
	return &noteRef{label: label}
}
