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
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

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
