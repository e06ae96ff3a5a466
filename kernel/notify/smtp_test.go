package notify_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"sameboat/kernel/notify"
)

func textFS(text string) fstest.MapFS {
	fs := fstest.MapFS{}
	for _, lang := range []string{"ar", "en", "es", "fr", "ru", "zh"} {
		fs["text/"+lang+".json"] = &fstest.MapFile{Data: []byte(text)}
	}
	return fs
}

// post is a mail server of this test, on loopback, that can misbehave.
type post struct {
	t        testing.TB
	listener net.Listener
	tls      *tls.Config
	roots    *x509.CertPool
	wait     sync.WaitGroup

	mu    sync.Mutex
	mood  mood
	got   []received
	lines int // connections that were taken
	conns map[net.Conn]bool
}

// mood is how the server behaves now.
type mood struct {
	greet     string           // "": 220
	recipient func(int) string // answer to the nth RCPT; nil or "": 250
	content   string           // answer to the whole message; "": 250
	drop      int              // so many messages are cut off in the middle
	deaf      int              // so many are taken, but the connection breaks before the answer
	slow      time.Duration    // before the answer to a message
	first     bool             // TLS from the first byte
	start     bool             // offers STARTTLS
	user      string           // must sign in as, with the password "secret"
}

type received struct {
	from, to string
	raw      string
	msg      *mail.Message
	secured  bool
}

func newPost(t testing.TB, m mood) *post {
	t.Helper()
	p := &post{t: t, mood: m, conns: map[net.Conn]bool{}}
	p.tls, p.roots = selfSigned(t)
	p.listen("127.0.0.1:0")
	t.Cleanup(p.down)
	return p
}

func (p *post) listen(address string) {
	p.t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		p.t.Fatal(err)
	}
	p.listener = l
	p.wait.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			p.mu.Lock()
			p.lines++
			p.conns[conn] = true
			m := p.mood
			p.mu.Unlock()
			p.wait.Go(func() {
				p.serve(conn, m)
				conn.Close()
				p.mu.Lock()
				delete(p.conns, conn)
				p.mu.Unlock()
			})
		}
	})
}

// down stops the server and cuts its connections; up starts it again at the same
// address.
func (p *post) down() {
	p.listener.Close()
	p.mu.Lock()
	for c := range p.conns {
		c.Close()
	}
	p.mu.Unlock()
	p.wait.Wait()
}

func (p *post) up() { p.listen(p.listener.Addr().String()) }

func (p *post) feel(m mood) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mood = m
}

func (p *post) messages() []received {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]received(nil), p.got...)
}

func (p *post) serve(conn net.Conn, m mood) {
	secured := m.first
	if m.first {
		conn = tls.Server(conn, p.tls)
	}
	r := bufio.NewReader(conn)
	say := func(lines ...string) { io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\n") }
	if m.greet != "" {
		say(m.greet)
		return
	}
	say("220 post.example")
	var in received
	signed := m.user == ""
	for recipients := 0; ; {
		text, err := r.ReadString('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			lines := []string{"250-post.example", "250-8BITMIME"}
			if m.start && !secured {
				lines = append(lines, "250-STARTTLS")
			}
			if m.user != "" && secured {
				lines = append(lines, "250-AUTH PLAIN")
			}
			say(append(lines, "250 SIZE 10000000")...)
		case "STARTTLS":
			say("220 go ahead")
			conn = tls.Server(conn, p.tls)
			r, secured = bufio.NewReader(conn), true
		case "AUTH":
			if secured && rest == "PLAIN AHNlbmRlcgBzZWNyZXQ=" { // \0sender\0secret
				signed = true
				say("235 ok")
			} else {
				say("535 no")
			}
		case "MAIL":
			if !signed {
				say("530 sign in first")
				continue
			}
			in = received{from: rest, secured: secured}
			say("250 ok")
		case "RCPT":
			recipients++
			in.to = rest
			if m.recipient != nil && m.recipient(recipients) != "" {
				say(m.recipient(recipients))
			} else {
				say("250 ok")
			}
		case "DATA":
			say("354 go on")
			if !p.data(conn, r, &in, say) {
				return
			}
		case "RSET", "NOOP":
			say("250 ok")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("500 what")
		}
	}
}

// data takes one message, and reports whether the connection goes on.
func (p *post) data(conn net.Conn, r *bufio.Reader, in *received, say func(...string)) bool {
	p.mu.Lock()
	m := p.mood
	if m.drop > 0 {
		p.mood.drop--
	}
	if m.drop <= 0 && m.deaf > 0 {
		p.mood.deaf--
	}
	p.mu.Unlock()
	var raw strings.Builder
	for {
		text, err := r.ReadString('\n')
		if err != nil || m.drop > 0 && raw.Len() > 100 {
			return false
		}
		if text == ".\r\n" {
			break
		}
		raw.WriteString(strings.TrimPrefix(text, "."))
	}
	time.Sleep(m.slow)
	if m.content != "" {
		say(m.content)
		return true
	}
	in.raw = raw.String()
	msg, err := mail.ReadMessage(strings.NewReader(in.raw))
	if err != nil {
		p.t.Errorf("not a mail: %v\n%s", err, in.raw)
	}
	in.msg = msg
	p.mu.Lock()
	p.got = append(p.got, *in)
	p.mu.Unlock()
	if m.deaf > 0 {
		return false
	}
	say("250 taken")
	return true
}

// settings are how the service reaches the server.
func (p *post) settings(how string) func(*notify.Config) {
	port, err := strconv.Atoi(p.listener.Addr().String()[strings.LastIndexByte(p.listener.Addr().String(), ':')+1:])
	if err != nil {
		p.t.Fatal(err)
	}
	return func(c *notify.Config) {
		c.Mail = notify.Mail{Host: "127.0.0.1", Port: port, TLS: how, Roots: p.roots, From: "center@center.example", Timeout: 5 * time.Second, Dial: 2 * time.Second}
	}
}

// header reads a header of a mail as people see it.
func (m received) header(t testing.TB, name string) string {
	t.Helper()
	text, err := new(mime.WordDecoder).DecodeHeader(m.msg.Header.Get(name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// parts reads the text and the HTML of a mail.
func (m received) parts(t testing.TB) (plain, html string) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("content type %q, %v", m.msg.Header.Get("Content-Type"), err)
	}
	_, body, _ := strings.Cut(m.raw, "\r\n\r\n")
	r := multipart.NewReader(strings.NewReader(body), params["boundary"])
	for {
		part, err := r.NextRawPart()
		if err == io.EOF {
			return plain, html
		}
		if err != nil {
			t.Fatal(err)
		}
		var content io.Reader = part
		if part.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
			content = quotedprintable.NewReader(part)
		}
		b, err := io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			html = string(b)
		} else {
			plain = string(b)
		}
	}
}

// selfSigned makes a certificate for the loopback address and who vouches for it.
func selfSigned(t testing.TB) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

// pool vouches for a receiver's certificate.
func pool(r *receiver) *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(r.Certificate())
	return p
}
