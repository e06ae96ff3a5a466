package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/identity"
	"sameboat/kernel/search"
	"sameboat/knowledge"
)

// ImportArgs are the arguments of the import commands; the meaning of each is
// that of the field of knowledge.Options.
type ImportArgs struct {
	Source    string                `json:"source,omitempty"`
	Map       map[string]string     `json:"map,omitempty"`
	ID        string                `json:"id,omitempty"`
	Kind      string                `json:"kind,omitempty"`
	Lang      string                `json:"lang,omitempty"`
	Issuer    string                `json:"issuer,omitempty"`
	Licence   string                `json:"licence,omitempty"`
	State     string                `json:"state,omitempty"`
	Topics    []string              `json:"topics,omitempty"`
	Audiences []string              `json:"audiences,omitempty"`
	Hazards   []string              `json:"hazards,omitempty"`
	Countries []string              `json:"countries,omitempty"`
	URL       string                `json:"url,omitempty"`
	Date      string                `json:"date,omitempty"`
	Titles    map[facts.Lang]string `json:"titles,omitempty"`
	Bilingual []string              `json:"bilingual,omitempty"`
	Charset   string                `json:"charset,omitempty"`
	Sheet     string                `json:"sheet,omitempty"`
}

// ReportMessage is the value of the "report" message at the end of an import.
type ReportMessage struct {
	Read     int              `json:"read"`
	New      int              `json:"new"`
	Changed  int              `json:"changed"`
	Same     int              `json:"same"`
	Refused  int              `json:"refused"`
	Refusals []RefusalMessage `json:"refusals,omitempty"`
	Unlisted int              `json:"unlisted,omitempty"`
	Notes    []RefusalMessage `json:"notes,omitempty"`
}

// RefusalMessage tells refused rows that share one reason; its fields are those
// of knowledge.Refusal.
type RefusalMessage struct {
	File   string       `json:"file"`
	Line   int          `json:"line,omitempty"`
	Record int          `json:"record,omitempty"`
	Times  int          `json:"times,omitempty"`
	More   []int        `json:"more,omitempty"`
	Fault  FaultMessage `json:"fault"`
}

func refusalMessages(list []knowledge.Refusal) (out []RefusalMessage) {
	for _, r := range list {
		out = append(out, RefusalMessage{r.File, r.Line, r.Record, r.Times, r.More, messageOf(r.Fault)})
	}
	return out
}

// ProgressMessage is the value of a "progress" message.
type ProgressMessage struct {
	File  string `json:"file"`
	Bytes int64  `json:"bytes"`
	Size  int64  `json:"size"`
	Read  int    `json:"read"`
}

func importResources(ctx context.Context, n *Node, c Call) error {
	return importWith(ctx, n, c, n.Library.Import)
}

func importTranslations(ctx context.Context, n *Node, c Call) error {
	return importWith(ctx, n, c, n.Library.ImportTranslations)
}

func importGlossary(ctx context.Context, n *Node, c Call) error {
	return importWith(ctx, n, c, n.Library.ImportGlossary)
}

type importer func(context.Context, []knowledge.File, knowledge.Options, func(knowledge.Progress)) (knowledge.Report, error)

func importWith(ctx context.Context, n *Node, c Call, run importer) error {
	o, err := n.importOptions(ctx, c.Args)
	if err != nil {
		return err
	}
	report, err := run(ctx, c.Files, o, func(p knowledge.Progress) {
		// A caller that went away is noticed at the report.
		_ = c.say("progress", ProgressMessage{p.File, p.Bytes, p.Size, p.Read})
	})
	message := ReportMessage{Read: report.Read, New: report.New, Changed: report.Changed, Same: report.Same, Refused: report.Refused,
		Refusals: refusalMessages(report.Refusals), Unlisted: report.Unlisted, Notes: refusalMessages(report.Notes)}
	// What went in before an error is durable, so it is told in any case.
	return errors.Join(err, c.say("report", message))
}

func (n *Node) importOptions(ctx context.Context, args json.RawMessage) (knowledge.Options, error) {
	var a ImportArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return knowledge.Options{}, fmt.Errorf("arguments: %w", err)
	}
	org, err := n.Identity.OperatingOrg(ctx)
	if err != nil {
		return knowledge.Options{}, err
	}
	o := a.Options()
	o.Actor, o.Owner = identity.CommandLine(org.ID).Person, org.ID
	return o, nil
}

// Options gives the arguments as the library takes them, without who imports.
func (a *ImportArgs) Options() knowledge.Options {
	o := knowledge.Options{Source: a.Source, Map: a.Map, IDColumn: a.ID, Kind: a.Kind,
		Lang: facts.LangOf(a.Lang), Issuer: a.Issuer, Licence: a.Licence, State: a.State, Topics: a.Topics, Audiences: a.Audiences, Hazards: a.Hazards,
		Countries: a.Countries, URL: a.URL, Date: a.Date, Titles: a.Titles, Charset: a.Charset, Sheet: a.Sheet}
	for _, tag := range a.Bilingual {
		o.Bilingual = append(o.Bilingual, facts.LangOf(tag))
	}
	return o
}

// RebuildMessage is the progress of a rebuild.
type RebuildMessage struct {
	Done  int64 `json:"done"`
	Total int64 `json:"total"`
}

func rebuild(ctx context.Context, n *Node, c Call) error {
	var names []string
	if len(c.Args) > 0 {
		if err := json.Unmarshal(c.Args, &names); err != nil {
			return fmt.Errorf("arguments: %w", err)
		}
	}
	err := n.Journal.Rebuild(ctx, names, func(done, total int64) {
		// A caller that went away is noticed at the end.
		_ = c.say("progress", RebuildMessage{done, total})
	})
	if err != nil {
		return err
	}
	return n.Search.Rebuild(ctx)
}

// Set gives one of the less usual arguments by name: topics, audiences,
// hazards, countries, source_url or url, source_date or date.
func (a *ImportArgs) Set(name, value string) error {
	list := strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
	switch name {
	case "topics":
		a.Topics = list
	case "audiences":
		a.Audiences = list
	case "hazards":
		a.Hazards = list
	case "countries":
		a.Countries = list
	case "url", "source_url":
		a.URL = value
	case "date", "source_date":
		a.Date = value
	default:
		return fmt.Errorf("%s: want topics, audiences, hazards, countries, source_url or source_date", name)
	}
	return nil
}

// Run runs a command on this open node.
func (n *Node) Run(ctx context.Context, name string, c Call) error {
	command, ok := commands[name]
	if !ok {
		return fmt.Errorf("no command %q", name)
	}
	return command(ctx, n, c)
}

// SearchArgs are the arguments of the command search.
type SearchArgs struct {
	Query string     `json:"query"`
	QLang facts.Lang `json:"qlang,omitempty"`
	Lang  facts.Lang `json:"lang,omitempty"`
	Limit int        `json:"limit,omitempty"`
}

// searchCommand answers with the same document as GET /api/v1/search.
func searchCommand(ctx context.Context, n *Node, c Call) error {
	var a SearchArgs
	if err := json.Unmarshal(c.Args, &a); err != nil {
		return fmt.Errorf("arguments: %w", err)
	}
	if err := n.Search.Ready(ctx); err != nil {
		return err
	}
	answer, err := n.Room.Answer(ctx, search.Query{Text: a.Query, QLang: a.QLang, Reader: []facts.Lang{a.Lang}, Limit: a.Limit})
	if err != nil {
		return err
	}
	return c.say("result", answer)
}
