package notify

import (
	"bytes"
	"context"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/i18n"
	"sameboat/kernel/identity"
)

// Message is a mail before it is addressed.
type Message struct {
	Lang    facts.Lang
	Subject string
	Text    string
	HTML    string
	Things  int    // told of in a digest
	stop    string // address that stops such mail; "" for letters
}

// look is what the page of a mail shows.
type look struct {
	Lang, Dir, Align string
	Title            string
	Site, Home       string
	Lead             []string
	Sections         []lookSection
	More             string
	Act, ActLink     string
	Why              string
	Stop, StopLink   string
}

type lookSection struct {
	Name, Stop, StopLink string
	Things               []lookThing
}

type lookThing struct {
	Lang, Dir, Title, Link, Note, Text string
}

// FollowingPath is the page where a person sees what they follow.
const FollowingPath = "/following"

// digest composes the mail about everything that waits in a letter, or for the
// next one.
func (s *Service) digest(ctx context.Context, p identity.Person, letter facts.ID) (Message, error) {
	list, follows, err := s.readItems(ctx, p.ID, letter)
	if err != nil {
		return Message{}, err
	}
	sections, total, more, err := s.sections(ctx, p, list, follows)
	if err != nil || total == 0 {
		return Message{}, err
	}
	pr := s.c.Catalog.Printer(p.Lang)
	v := s.look(ctx, pr)
	v.Title = pr.T("notify.mail.subject", i18n.Args{"n": total, "site": v.Site, "title": sections[0].things[0].Title})
	v.Lead = []string{pr.T("notify.mail.lead", i18n.Args{"n": total})}
	for _, sec := range sections {
		out := lookSection{Name: s.nameOf(pr, sec), Stop: pr.T("notify.mail.stop-one"), StopLink: s.stopLink(p.ID, sec.follow.ID)}
		for _, th := range sec.things {
			out.Things = append(out.Things, s.lookThing(pr, th))
		}
		v.Sections = append(v.Sections, out)
	}
	if more > 0 {
		v.More = pr.T("notify.mail.more", i18n.Args{"n": more})
	}
	v.Act, v.ActLink = pr.T("notify.mail.open"), s.link(FollowingPath)
	v.Why = pr.T("notify.mail.why", i18n.Args{"site": v.Site})
	v.Stop, v.StopLink = pr.T("notify.mail.stop-all"), s.stopLink(p.ID, facts.ID{})
	m, err := s.message(pr, v)
	m.Things, m.stop = total, v.StopLink
	return m, err
}

// nameOf names a follow for its person: by its own name, its words, its values.
func (s *Service) nameOf(pr *i18n.Printer, sec section) string {
	f := sec.follow
	if f.Name != "" {
		return f.Name
	}
	var parts []string
	if f.Query.Text != "" {
		parts = append(parts, pr.T("notify.mail.words", i18n.Args{"words": f.Query.Text}))
	}
	for _, t := range f.Query.Filters {
		parts = append(parts, valueName(pr, sec.things[0].room, t.Dim, t.Value))
	}
	if len(parts) == 0 {
		return pr.T("notify.mail.everything")
	}
	return pr.List(parts)
}

func valueName(pr *i18n.Printer, room Room, dim, value string) string {
	if room.Value != nil {
		if name := room.Value(pr, dim, value); name != "" {
			return name
		}
	}
	switch dim {
	case "language":
		return pr.LangName(facts.Lang(value))
	case "country":
		return pr.Country(facts.Country(value))
	}
	return value
}

func (s *Service) lookThing(pr *i18n.Printer, th newThing) lookThing {
	var notes []string
	if th.State != "published" && pr.Has("notify.state."+th.State) {
		notes = append(notes, pr.T("notify.state."+th.State))
	}
	for _, note := range []string{th.Issuer, th.Date} {
		if note != "" {
			notes = append(notes, pr.Value(note))
		}
	}
	return lookThing{Lang: string(th.Lang), Dir: i18n.Dir(th.Lang), Title: oneLine(th.Title), Link: s.link(th.room.Path(th.ID, pr.Lang())),
		Note: strings.Join(notes, " · "), Text: cut(oneLine(th.Text), 280)}
}

// letter composes a mail that a room wrote to one person.
func (s *Service) letter(ctx context.Context, lang facts.Lang, d delivery) (Message, error) {
	pr, args := s.c.Catalog.Printer(lang), readArgs(d.args)
	v := s.look(ctx, pr)
	named := i18n.Args{"site": v.Site}
	v.Title = pr.T(d.words+".subject", args, named)
	for part := range strings.SplitSeq(pr.T(d.words+".body", args, named), "\n\n") {
		v.Lead = append(v.Lead, part)
	}
	if d.link != "" {
		v.Act, v.ActLink = pr.T(d.words+".act", args, named), s.link(d.link)
	}
	v.Why = pr.T("notify.mail.letter", i18n.Args{"site": v.Site})
	return s.message(pr, v)
}

func (s *Service) look(ctx context.Context, pr *i18n.Printer) look {
	v := look{Lang: string(pr.Lang()), Dir: pr.Dir(), Align: "left", Site: s.siteName(ctx, pr.Lang()), Home: s.link("/")}
	if v.Dir == "rtl" {
		v.Align = "right"
	}
	return v
}

// message writes a look as text and as HTML.
func (s *Service) message(pr *i18n.Printer, v look) (Message, error) {
	var page bytes.Buffer
	if err := s.page.ExecuteTemplate(&page, "mail.html", v); err != nil {
		return Message{}, err
	}
	return Message{Lang: pr.Lang(), Subject: oneLine(v.Title), Text: v.text(), HTML: page.String()}, nil
}

// text is the mail for those who read plain text.
func (v look) text() string {
	var b strings.Builder
	line := func(parts ...string) {
		for _, p := range parts {
			b.WriteString(p)
		}
		b.WriteByte('\n')
	}
	for _, p := range v.Lead {
		line(p, "\n")
	}
	for _, sec := range v.Sections {
		line("== ", sec.Name, " ==\n")
		for _, th := range sec.Things {
			line("* ", th.Title)
			for _, more := range []string{th.Note, th.Text, th.Link} {
				if more != "" {
					line("  ", more)
				}
			}
			line()
		}
		line("  ", sec.Stop, "\n  ", sec.StopLink, "\n")
	}
	if v.More != "" {
		line(v.More, "\n")
	}
	if v.ActLink != "" {
		line(v.Act, "\n", v.ActLink, "\n")
	}
	line("-- ")
	line(v.Why)
	if v.StopLink != "" {
		line(v.Stop, "\n", v.StopLink)
	}
	return b.String()
}

// oneLine leaves no control character in a text, so that it can begin no header
// and no line of its own.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return r <= ' ' || r == 0x7f || r >= 0x80 && r <= 0xa0 || r == 0x2028 || r == 0x2029
	}), " ")
}

// cut shortens a text to about n bytes at a space, if there is one near.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	text = strings.ToValidUTF8(text[:n], "")
	if i := strings.LastIndexByte(text, ' '); i > n/2 {
		text = text[:i]
	}
	return text + " …"
}
