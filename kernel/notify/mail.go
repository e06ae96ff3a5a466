package notify

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"sameboat/facts"
	"sameboat/kernel/fault"
)

// addressed makes a mail of a message. The Message-ID belongs to the delivery and
// the date to its making, so that every attempt sends the same mail.
func (s *Service) addressed(ctx context.Context, d delivery, m Message, name, to string) (*mail.Msg, error) {
	recipient, err := address(name, to)
	if err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	from := s.c.Mail.FromName
	if from == "" {
		from = s.siteName(ctx, m.Lang)
	}
	sender, err := address(from, s.c.Mail.From)
	if err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	msg.FromMailAddress(sender)
	msg.ToMailAddress(recipient)
	msg.Subject(m.Subject)
	msg.SetDateWithValue(d.created)
	msg.SetMessageIDWithValue(d.id.String() + "@" + domainOf(s.c.Mail.From))
	msg.SetGenHeader(mail.HeaderContentLang, string(m.Lang))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834
	if m.stop != "" {
		msg.SetGenHeaderPreformatted(mail.HeaderListUnsubscribe, "<"+m.stop+">")
		if strings.HasPrefix(m.stop, "https://") { // RFC 8058, section 3.1
			msg.SetGenHeader(mail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
		}
		msg.SetGenHeaderPreformatted("List-Id", "<following."+domainOf(s.c.Mail.From)+">")
	}
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	return msg, nil
}

func domainOf(addr string) string { return addr[strings.LastIndexByte(addr, '@')+1:] }

// sendMails sends what is due until nothing is, or the server does not answer. It
// tells how many it looked at.
func (s *Service) sendMails(ctx context.Context) (n int, err error) {
	if s.c.Mail.Host == "" {
		return 0, nil
	}
	var l *line
	defer func() {
		if l != nil {
			l.close()
		}
	}()
	for ctx.Err() == nil && !s.mailRests() {
		d, ok, err := s.claim(ctx, channelMail, s.c.Mail.lease())
		if err != nil || !ok {
			return n, err
		}
		n++
		if l, err = s.sendMail(ctx, d, l); err != nil {
			return n, err
		}
	}
	return n, ctx.Err()
}

// sendMail sends one delivery over a connection, made when there is none, and
// gives the connection back if it can be used again.
func (s *Service) sendMail(ctx context.Context, d delivery, l *line) (*line, error) {
	msg, err := s.mailOf(ctx, d)
	switch {
	case err != nil && ctx.Err() == nil:
		return l, s.later(ctx, d, err, 0)
	case err != nil:
		return l, s.release(ctx, d, s.now())
	case msg == nil:
		return l, s.settle(ctx, d, Dropped, nil)
	}
	if l == nil {
		if l, err = s.c.Mail.dial(ctx); err != nil {
			if ctx.Err() != nil {
				return nil, s.release(ctx, d, s.now())
			}
			until := s.restMail()
			s.c.Log.WarnContext(ctx, "the mail server cannot be used", "again", until, "error", err)
			return nil, s.later(ctx, d, err, 0)
		}
		s.mailWorks()
	}
	// A mail under way is let through when the node stops: broken off before the
	// server's answer it would be sent again.
	taken, refused, broken, err := s.c.Mail.send(context.WithoutCancel(ctx), l, msg)
	if broken {
		l.drop()
		l = nil
	}
	switch {
	case taken:
		err = s.settle(ctx, d, Sent, nil)
	case refused:
		err = s.fail(ctx, d, err)
	default:
		err = s.later(ctx, d, err, 0)
	}
	return l, err
}

// mailOf composes a delivery now, and gives nil when there is nothing to say or
// nobody to say it to any more.
func (s *Service) mailOf(ctx context.Context, d delivery) (*mail.Msg, error) {
	name, to, lang := "", d.address, d.lang
	if !d.person.IsZero() {
		p, err := s.c.Identity.Person(ctx, d.person)
		if fault.Is(err, fault.NotFound) || err == nil && (!p.Active || p.Email == "") {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		name, to, lang = p.Name, p.Email, p.Lang
		if d.what == whatDigest {
			m, err := s.digest(ctx, p, d.id)
			if err != nil || m.Things == 0 {
				return nil, err
			}
			return s.addressed(ctx, d, m, name, to)
		}
	}
	m, err := s.letter(ctx, facts.Lang(lang), d)
	if err != nil {
		return nil, err
	}
	return s.addressed(ctx, d, m, name, to)
}

// mailRests reports whether the mail server failed lately: while it is down, one
// mail at a time tries, not each of ten thousand.
func (s *Service) mailRests() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now().Before(s.mailAfter)
}

func (s *Service) restMail() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mailFails++
	s.mailAfter = s.now().Add(min(5*time.Second<<min(s.mailFails-1, 8), 10*time.Minute))
	return s.mailAfter
}

func (s *Service) mailWorks() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mailFails, s.mailAfter = 0, time.Time{}
}

// CheckMail connects to the mail server and signs in, without sending anything:
// for sameboat doctor and the operator's page.
func (s *Service) CheckMail(ctx context.Context) error {
	if s.c.Mail.Host == "" {
		return fault.New(fault.Away, "notify.mail-server.none", nil)
	}
	l, err := s.c.Mail.dial(ctx)
	if err != nil {
		return fault.Wrap(fault.Away, "notify.mail-server.away", fmt.Errorf("%s: %w", net.JoinHostPort(s.c.Mail.Host, strconv.Itoa(s.c.Mail.Port)), err))
	}
	l.close()
	return nil
}
