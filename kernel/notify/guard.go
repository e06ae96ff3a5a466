package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// Hooks says what webhooks may do.
type Hooks struct {
	// Allow are networks that webhooks may reach although they are private, such
	// as 10.1.0.0/16 for a ministry's own; plain http is allowed there too.
	Allow   []netip.Prefix
	Roots   *x509.CertPool // who may vouch for receivers; nil: as the system says
	Timeout time.Duration  // of one delivery as a whole; 0: 20 s
}

// Bounds of what a receiver may say.
const (
	maxAnswer       = 16 << 10 // bytes of the body that are read
	maxAnswerHeader = 16 << 10
)

func (h Hooks) filled() Hooks {
	if h.Timeout <= 0 {
		h.Timeout = 20 * time.Second
	}
	return h
}

func (h Hooks) lease() time.Duration { return h.Timeout + markPatience + 10*time.Second }

// errForbidden says that an address is not for webhooks.
var errForbidden = errors.New("webhooks may not reach this address")

// inside are networks that are not the internet, beyond those that netip knows:
// this network, carrier-grade NAT, protocol assignments, documentation,
// benchmarks, former 6to4 relays, class E; translation and tunnels to IPv4,
// discard, documentation. (IANA special-purpose address registries.)
var inside = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("3fff::/20"), netip.MustParsePrefix("fec0::/10"),
}

// permits reports whether a webhook may connect to an address.
func (h Hooks) permits(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if h.allowed(ip) {
		return true
	}
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !ip.IsLoopback() && !ip.IsLinkLocalUnicast() &&
		!slices.ContainsFunc(inside, func(p netip.Prefix) bool { return p.Contains(ip) })
}

func (h Hooks) allowed(ip netip.Addr) bool {
	return slices.ContainsFunc(h.Allow, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// client makes the client of webhooks: no proxy, no redirect, no cookie, no
// connection kept, and every address looked at when the connection is made, so
// that a name cannot mean one address when it is checked and another later.
func (h Hooks) client() *http.Client {
	dialer := &net.Dialer{Timeout: min(h.Timeout, 10*time.Second), ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("%w: %s", errForbidden, address)
		}
		if !h.permits(at.Addr()) {
			return fmt.Errorf("%w: %s", errForbidden, at.Addr())
		}
		return nil
	}}
	plain := &net.Dialer{Timeout: dialer.Timeout, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !h.allowed(at.Addr().Unmap().WithZone("")) {
			return fmt.Errorf("%w without encryption: %s", errForbidden, address)
		}
		return nil
	}}
	return &http.Client{
		Timeout:       h.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: plain.DialContext, // of http; https comes in below
			DialTLSContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				host, _, err := net.SplitHostPort(address)
				if err != nil {
					return nil, err
				}
				conn, err := dialer.DialContext(ctx, network, address)
				if err != nil {
					return nil, err
				}
				secured := tls.Client(conn, &tls.Config{ServerName: host, RootCAs: h.Roots, MinVersion: tls.VersionTLS12})
				if err := secured.HandshakeContext(ctx); err != nil {
					return nil, errors.Join(err, conn.Close())
				}
				return secured, nil
			},
			DisableKeepAlives:      true,
			DisableCompression:     true, // what is read is bounded as it comes
			MaxResponseHeaderBytes: maxAnswerHeader,
		},
	}
}
