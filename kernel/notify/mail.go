package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"sameboat/facts"
	"sameboat/kernel/fault"
)

// Mail says how mail goes out. Without a Host none does: it waits in the outbox
// until it is too old.
type Mail struct {
	Host string
	Port int // 0: 465 for "tls", else 587
	// TLS is "starttls" (the default: refuse to send without), "tls" from the
	// first byte, "try" (STARTTLS where the server offers it) or "none".
	TLS            string
	Roots          *x509.CertPool // who may vouch for the server; nil: as the system says
	User, Password string         // without a User nobody signs in
	From           string         // address of the sender
	FromName       string         // "": what the site calls itself
	Hello          string         // name given to the server; "": that of the machine
	// Timeout bounds the connection, and each message as a whole; 0: 5 min.
	// Servers may take long to accept a message (RFC 5321, 4.5.3.2.6), and to
	// give up too early is to send it twice.
	Timeout time.Duration
	// Dial bounds the wait for a connection; 0: 20 s.
	Dial time.Duration
}

// The ways to encrypt.
const (
	tlsStart = "starttls"
	tlsFirst = "tls"
	tlsTry   = "try"
	tlsNone  = "none"
)

func (m Mail) filled() Mail {
	if m.TLS == "" {
		m.TLS = tlsStart
	}
	if m.Port == 0 {
		m.Port = 587
		if m.TLS == tlsFirst {
			m.Port = 465
		}
	}
	if m.Timeout <= 0 {
		m.Timeout = 5 * time.Minute
	}
	if m.Dial <= 0 {
		m.Dial = 20 * time.Second
	}
	return m
}

func (m Mail) check() error {
	if m.Host == "" {
		return nil
	}
	f := fault.New(fault.Invalid, "notify.mail-server.wrong", nil)
	if !slices.Contains([]string{tlsStart, tlsFirst, tlsTry, tlsNone}, m.TLS) {
		f.With("tls", "notify.mail-server.tls", nil)
	}
	if _, err := address("", m.From); err != nil {
		f.With("from", "notify.mail-server.from", nil)
	}
	if m.User != "" && m.TLS == tlsNone {
		f.With("user", "notify.mail-server.open", nil)
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// lease is how long a mail is held while it is sent: longer than it can take.
func (m Mail) lease() time.Duration { return m.Dial + 2*m.Timeout + markPatience }

// address reads one e-mail address and puts a name before it. Neither may hold
// what could begin a header.
func address(name, addr string) (*netmail.Address, error) {
	if oneLine(addr) != addr || len(addr) > 254 {
		return nil, fmt.Errorf("not an e-mail address")
	}
	a, err := netmail.ParseAddress(addr)
	if err != nil {
		return nil, err
	}
	if a.Address != addr {
		return nil, fmt.Errorf("more than an e-mail address")
	}
	return &netmail.Address{Name: oneLine(name), Address: a.Address}, nil
}

// line is a connection to the mail server.
type line struct {
	client *mail.Client
	conn   *smtp.Client
	raw    net.Conn
}

// dial connects, encrypts and signs in.
func (m Mail) dial(ctx context.Context) (*line, error) {
	l := &line{}
	config := &tls.Config{ServerName: m.Host, RootCAs: m.Roots, MinVersion: tls.VersionTLS12}
	options := []mail.Option{
		mail.WithPort(m.Port), mail.WithTimeout(m.Timeout), mail.WithTLSConfig(config), mail.WithTLSPolicy(m.policy()),
		mail.WithDialContextFunc(func(ctx context.Context, network, addr string) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, m.Dial)
			defer cancel()
			conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
			if err == nil && m.TLS == tlsFirst {
				secured := tls.Client(conn, config)
				if err = secured.HandshakeContext(ctx); err != nil {
					return nil, errors.Join(err, conn.Close())
				}
				conn = secured
			}
			l.raw = conn
			return conn, err
		}),
	}
	if m.Hello != "" {
		options = append(options, mail.WithHELO(m.Hello))
	}
	if m.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(m.User), mail.WithPassword(m.Password))
	}
	if m.TLS == tlsFirst {
		options = append(options, mail.WithSSL())
		if m.User != "" { // the library does not see that our connection is encrypted, its mechanisms do
			options = append(options, mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlain, mail.SMTPAuthLogin))
		}
	}
	var err error
	if l.client, err = mail.NewClient(m.Host, options...); err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	if l.conn, err = l.client.DialToSMTPClientWithContext(ctx); err != nil {
		l.drop()
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return l, nil
}

func (m Mail) policy() mail.TLSPolicy {
	switch m.TLS {
	case tlsTry:
		return mail.TLSOpportunistic
	case tlsNone, tlsFirst:
		return mail.NoTLS
	}
	return mail.TLSMandatory
}

// drop cuts the connection without a word.
func (l *line) drop() {
	if l.raw != nil {
		_ = l.raw.Close() // it is of no use any more, whatever it says
	}
}

// close ends the connection politely.
func (l *line) close() {
	if err := l.client.CloseWithSMTPClient(l.conn); err != nil {
		l.drop()
	}
}

// send hands one message over within the timeout. taken reports that the server
// said it has it; refused that it will never take it for this recipient; broken
// that the connection is of no more use.
func (m Mail) send(ctx context.Context, l *line, msg *mail.Msg) (taken, refused, broken bool, err error) {
	bounded, cancel := context.WithTimeout(ctx, m.Timeout)
	defer cancel()
	stop := context.AfterFunc(bounded, l.drop)
	err = l.client.SendWithSMTPClient(l.conn, msg)
	if !stop() {
		broken = true
	}
	if msg.IsDelivered() {
		return true, false, broken || err != nil, nil
	}
	if err == nil {
		return false, false, true, errors.New("neither taken nor refused")
	}
	var answer *textproto.Error
	spoken := errors.As(err, &answer)
	var failure *mail.SendError
	if errors.As(err, &failure) {
		spoken = spoken || failure.ErrorCode() != 0
		refused = failure.Reason == mail.ErrSMTPRcptTo && failure.ErrorCode() >= 500 && failure.ErrorCode() != 521
	}
	return false, refused, broken || !spoken, err
}

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
	taken, refused, broken, err := s.c.Mail.send(ctx, l, msg)
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
